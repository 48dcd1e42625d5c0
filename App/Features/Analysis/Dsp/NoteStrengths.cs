using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How strongly each note of the piano sounds, over time.</summary>
/// <param name="Rows">One row per step; value n is the note <see cref="LowestNote"/> + n (MIDI numbers), not negative, about 1 for a clear note, whatever the loudness.</param>
internal sealed record Notes(float[][] Rows)
{
    /// <summary>E1, 41 Hz.</summary>
    public const int LowestNote = 28;

    /// <summary>Notes in a row, up to C7.</summary>
    public const int Count = 69;

    /// <summary>Samples from one row to the next.</summary>
    public const int HopSamples = 2048;

    /// <summary>Rows in a second (10.8); row n stands at n / 10.8 s.</summary>
    public const double RowsPerSecond = (double)Level.SampleRate / HopSamples;
}

/// <summary>
/// Which notes sound, freed from their overtones and from drums (NNLS chroma: Mauch and Dixon, "Approximate note transcription for the improved identification of difficult chords",
/// ISMIR 2010). The spectrum on a scale of three bins to the semitone, tuned to the song, loses its local mean and is divided by its local deviation, keeps what lasts (a median
/// over time: FitzGerald 2010), and is explained by as little as possible of the overtone series of all notes (non-negative least squares, multiplicative updates: Lee and Seung 2001).
/// </summary>
internal sealed class NoteStrengths
{
    private const int WindowSamples = 4096;
    private const int BinsPerSemitone = 3;
    private const int LowestBinNote = Notes.LowestNote - 1;
    private const int BinNotes = Notes.Count + 14;
    private const int Bins = BinNotes * BinsPerSemitone;
    private const int Overtones = 12;
    private const float OvertoneDecay = 0.8f;
    private const int LocalBins = 9;
    private const int LastingRows = 3;
    private const int Updates = 25;
    private const float Faintest = 3f;

    private readonly RealFft fft = new(WindowSamples);
    private readonly float[] window = WindowFunctions.Hann(WindowSamples);
    private readonly float[] block = new float[WindowSamples];
    private readonly float[] power = new float[(WindowSamples / 2) + 1];
    private readonly float[] bins = new float[Bins];
    private readonly float[] lasting = new float[Bins];
    private readonly (int First, float[] Weights)[] filters;
    private readonly float[][] notes;
    private readonly float[][] overlaps;

    private NoteStrengths(double tuningCents)
    {
        filters = [.. Enumerable.Range(0, Bins).Select(bin => Filter(bin, tuningCents))];
        notes = [.. Enumerable.Range(0, Notes.Count).Select(note => Template(note, tuningCents))];
        overlaps = [.. notes.Select(a => (float[])[.. notes.Select(b => Vectors.Dot(a, b))])];
    }

    /// <summary>Listens to a whole recording.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>.</param>
    /// <param name="level">Its measured level.</param>
    /// <param name="tuningCents">How far the song is tuned from A4 = 440 Hz.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Notes Compute(ReadOnlySpan<float> mono, Level level, double tuningCents, CancellationToken stop)
    {
        var listener = new NoteStrengths(tuningCents);
        var strengths = new float[(mono.Length / Notes.HopSamples) + 1][];
        float[][] around = [.. Enumerable.Range(0, LastingRows).Select(_ => new float[Bins])];
        listener.Spectrum(mono, level, 0, around[0]);
        around[0].CopyTo(around[^1]);
        for (var row = 0; row < strengths.Length; row++)
        {
            stop.ThrowIfCancellationRequested();

            // Beyond the ends of the song the rows there go on.
            var next = around[(row + 1) % LastingRows];
            if (row + 1 < strengths.Length)
            {
                listener.Spectrum(mono, level, row + 1, next);
            }
            else
            {
                around[row % LastingRows].CopyTo(next);
            }

            strengths[row] = listener.Explain(around);
        }

        return new(strengths);
    }

    /// <summary>Magnitudes on the scale of notes, local mean taken away, local deviation brought to 1.</summary>
    private void Spectrum(ReadOnlySpan<float> mono, Level level, int row, float[] white)
    {
        level.Cut(mono, row * Notes.HopSamples, window, block);
        fft.Power(block, power);
        Vectors.SquareRoots(power, power);
        for (var bin = 0; bin < Bins; bin++)
        {
            bins[bin] = Vectors.Dot(power.AsSpan(filters[bin].First, filters[bin].Weights.Length), filters[bin].Weights);
        }

        Whiten(bins, white);
    }

    private static void Whiten(float[] bins, float[] white)
    {
        for (var bin = 0; bin < bins.Length; bin++)
        {
            var (from, to) = (Math.Max(0, bin - LocalBins), Math.Min(bins.Length, bin + LocalBins + 1));
            var local = bins.AsSpan(from, to - from);
            var mean = Vectors.Sum(local) / local.Length;
            var deviation = MathF.Sqrt(Math.Max(0, (Vectors.Dot(local, local) / local.Length) - (mean * mean)));
            white[bin] = Math.Max(0, bins[bin] - mean) / (deviation + Faintest);
        }
    }

    private float[] Explain(float[][] around)
    {
        for (var bin = 0; bin < Bins; bin++)
        {
            lasting[bin] = Median(around[0][bin], around[1][bin], around[2][bin]);
        }

        var strengths = new float[Notes.Count];
        Span<float> wanted = stackalloc float[Notes.Count];
        for (var note = 0; note < strengths.Length; note++)
        {
            wanted[note] = Vectors.Dot(notes[note], lasting);
            strengths[note] = wanted[note];
        }

        for (var update = 0; update < Updates; update++)
        {
            for (var note = 0; note < strengths.Length; note++)
            {
                var had = Vectors.Dot(overlaps[note], strengths);
                strengths[note] = had > 1e-9f ? strengths[note] * wanted[note] / had : 0;
            }
        }

        return strengths;
    }

    private static float Median(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    /// <summary>Overtone series of a note as this spectrum shows it, of length 1.</summary>
    private float[] Template(int note, double tuningCents)
    {
        var spectrum = new float[(WindowSamples / 2) + 1];
        var strength = 1f;
        for (var overtone = 1; overtone <= Overtones; overtone++)
        {
            var centre = overtone * Hz(Notes.LowestNote + note, tuningCents) * WindowSamples / Level.SampleRate;
            for (var bin = (int)centre - 1; bin <= (int)centre + 2 && bin < spectrum.Length; bin++)
            {
                spectrum[bin] += strength * Lobe(bin - centre);
            }

            strength *= OvertoneDecay;
        }

        float[] template = [.. filters.Select(filter => Vectors.Dot(spectrum.AsSpan(filter.First, filter.Weights.Length), filter.Weights))];
        var length = MathF.Sqrt(Vectors.Dot(template, template));
        return [.. template.Select(value => value / length)];
    }

    /// <summary>Main lobe of the Hann window, 1 in the middle, 0 two bins away.</summary>
    private static float Lobe(double bins) => Math.Abs(bins) switch
    {
        < 1e-9 => 1,
        >= 2 => 0,
        var d when Math.Abs(d - 1) < 1e-6 => 0.5f,
        var d => (float)(Math.Sin(Math.PI * d) / (Math.PI * d * (1 - (d * d)))),
    };

    /// <summary>Triangle, two thirds of a semitone wide or as wide as the transform's bins allow.</summary>
    private static (int First, float[] Weights) Filter(int bin, double tuningCents)
    {
        var note = LowestBinNote + ((double)bin / BinsPerSemitone);
        var binHz = (double)Level.SampleRate / WindowSamples;
        var centre = Hz(note, tuningCents) / binHz;
        var reach = Math.Max(1, (Hz(note + (1.0 / BinsPerSemitone), tuningCents) / binHz) - centre);
        var (first, last) = ((int)Math.Ceiling(centre - reach), (int)Math.Floor(centre + reach));
        float[] weights = [.. Enumerable.Range(first, last - first + 1).Select(k => (float)(1 - (Math.Abs(k - centre) / reach)))];
        var sum = weights.Sum();
        return (first, [.. weights.Select(weight => weight / sum)]);
    }

    private static double Hz(double note, double tuningCents) => 440 * Math.Pow(2, (note - 69 + (tuningCents / 100)) / 12);
}
