using System.Collections.Concurrent;

namespace Downbeat.Signals;

/// <summary>
/// Short-time spectra on a fixed grid and back: frame f is the transform of the <paramref name="windowSamples"/> samples centred on sample f × <paramref name="hopSamples"/>, weighted by a Hann
/// window; going back weights them again and divides by what the squared windows add up to, so that both after each other change nothing. Frames are transformed on all cores.
/// </summary>
/// <param name="windowSamples">Length of the window, a power of two.</param>
/// <param name="hopSamples">Samples from one frame to the next; a divisor of the window's length, at most a quarter of it.</param>
internal sealed class Stft(int windowSamples, int hopSamples)
{
    private readonly float[] window = WindowFunctions.Hann(windowSamples);
    private readonly ConcurrentBag<Worker> idle = [];

    /// <summary>Length of the window.</summary>
    public int WindowSamples => windowSamples;

    /// <summary>Samples from one frame to the next.</summary>
    public int HopSamples => hopSamples;

    /// <summary>Values in one spectrum.</summary>
    public int Bins => (windowSamples / 2) + 1;

    /// <summary>Spectra of a sound; outside it there is silence.</summary>
    /// <param name="sound">Samples.</param>
    /// <param name="firstCentre">Index in <paramref name="sound"/> of the middle of the first frame; may lie outside.</param>
    /// <param name="frames">How many frames.</param>
    public Spectra Forward(ReadOnlyMemory<float> sound, int firstCentre, int frames)
    {
        var spectra = new Spectra(frames, Bins);
        Forward(sound, firstCentre, spectra);
        return spectra;
    }

    /// <summary>Spectra of a sound, into memory that is there already; outside the sound there is silence.</summary>
    /// <param name="sound">Samples.</param>
    /// <param name="firstCentre">Index in <paramref name="sound"/> of the middle of the first frame; may lie outside.</param>
    /// <param name="spectra">Takes as many frames as it has room for.</param>
    /// <param name="from">The first of its frames to be filled; those before stay.</param>
    public void Forward(ReadOnlyMemory<float> sound, int firstCentre, Spectra spectra, int from = 0) => Parallel.For(from, spectra.Frames, Cores.All(), Hire, (frame, _, worker) =>
    {
        worker.Cut(sound.Span, firstCentre + (frame * hopSamples) - (windowSamples / 2), window);
        worker.Fft.Forward(worker.Block, spectra.Real(frame), spectra.Imaginary(frame));
        return worker;
    }, idle.Add);

    /// <summary>The sound that has these spectra.</summary>
    /// <param name="spectra">Frames as <see cref="Forward(ReadOnlyMemory{float}, int, Spectra, int)"/> gives them.</param>
    /// <param name="firstCentre">Index in <paramref name="sound"/> of the middle of the first frame.</param>
    /// <param name="sound">Takes the samples; those that not all frames around them were given for are too quiet, so let the frames reach half a window further than it on both sides.</param>
    public void Inverse(Spectra spectra, int firstCentre, Memory<float> sound)
    {
        var scale = 1 / SquaredWindows();
        sound.Span.Clear();

        // Frames that are a whole window apart do not touch each other: each group of such frames is added in parallel.
        var groups = windowSamples / hopSamples;
        for (var group = 0; group < groups; group++)
        {
            var first = group;
            Parallel.For(0, (spectra.Frames - first + groups - 1) / groups, Cores.All(), Hire, (n, _, worker) =>
            {
                var frame = first + (n * groups);
                worker.Fft.Inverse(spectra.Real(frame), spectra.Imaginary(frame), worker.Block);
                worker.Add(sound.Span, firstCentre + (frame * hopSamples) - (windowSamples / 2), window, scale);
                return worker;
            }, idle.Add);
        }
    }

    private Worker Hire() => idle.TryTake(out var worker) ? worker : new(windowSamples);

    // The squares of Hann windows at most a quarter of their length apart add up to the same everywhere.
    private float SquaredWindows()
    {
        double sum = 0;
        for (var n = 0; n < windowSamples; n += hopSamples)
        {
            sum += window[n] * window[n];
        }

        return (float)sum;
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Worker(int length)
    {
        public RealFft Fft { get; } = new(length);

        public float[] Block { get; } = new float[length];

        public void Cut(ReadOnlySpan<float> sound, int start, ReadOnlySpan<float> weights)
        {
            var (from, to) = Inside(start, sound.Length);
            Block.AsSpan(..from).Clear();
            Block.AsSpan(to..).Clear();
            Vectors.Multiply(sound.Slice(Math.Clamp(start, 0, sound.Length), to - from), weights[from..to], Block.AsSpan(from..to));
        }

        public void Add(Span<float> sound, int start, ReadOnlySpan<float> weights, float scale)
        {
            var (from, to) = Inside(start, sound.Length);
            var block = Block.AsSpan(from..to);
            Vectors.Multiply(block, weights[from..to], block);
            Vectors.Scale(block, scale);
            Vectors.Add(block, sound.Slice(Math.Clamp(start, 0, sound.Length), to - from));
        }

        // The part of the block that lies on a sound.
        private (int From, int To) Inside(int start, int length)
        {
            var from = Math.Clamp(-start, 0, Block.Length);
            return (from, Math.Clamp(length - start, from, Block.Length));
        }
    }
}

/// <summary>Spectra of successive frames, each a row of bins.</summary>
/// <param name="frames">Rows.</param>
/// <param name="bins">Values in a row.</param>
internal sealed class Spectra(int frames, int bins)
{
    private readonly float[] real = new float[frames * bins];
    private readonly float[] imaginary = new float[frames * bins];
    private int origin;

    /// <summary>Rows.</summary>
    public int Frames => frames;

    /// <summary>Values in a row.</summary>
    public int Bins => bins;

    /// <summary>Moves on through the sound: the row at <paramref name="moved"/> becomes the first one, and the last ones are free.</summary>
    public void Move(int moved) => origin = (origin + moved) % frames;

    /// <summary>Real parts of one frame.</summary>
    public Span<float> Real(int frame) => real.AsSpan(Start(frame), bins);

    /// <summary>Imaginary parts of one frame.</summary>
    public Span<float> Imaginary(int frame) => imaginary.AsSpan(Start(frame), bins);

    private int Start(int frame) => (frame + origin < frames ? frame + origin : frame + origin - frames) * bins;
}
