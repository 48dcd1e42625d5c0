using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>What is known about a song as a whole before its blocks are split.</summary>
/// <param name="Loudness">Root mean square of both channels together.</param>
/// <param name="Presence">How much of the song each source makes up at a first look, 0 to 1: a song without a voice is known by it.</param>
internal sealed record SongFacts(double Loudness, IReadOnlyList<float> Presence)
{
    /// <summary>How much of a song is looked at, at most.</summary>
    public const double LookedAtSeconds = (double)Samples * SampleHops * SongGrid.Hop / StereoBlock.SampleRate;

    private const int ReadFrames = 10 * StereoBlock.SampleRate;
    private const int Samples = 6;
    private const int SampleHops = 256;
    private const int ContextHops = Cues.Reach + 3;

    /// <summary>Reads a song once for its loudness, and looks at six stretches of six seconds spread over it.</summary>
    /// <param name="mix">The song.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="stop">Ends the work.</param>
    public static SongFacts Of(MixFile mix, Action<double> progress, CancellationToken stop)
    {
        var loudness = MeasureLoudness(mix, done => progress(done / 4), stop);
        var samples = (int)Math.Clamp(mix.Frames / (SampleHops * SongGrid.Hop), 1, Samples);
        var (sums, total) = (new double[ShareNetwork.Sources], 1e-9);
        var sound = new StereoBlock((SampleHops + (2 * ContextHops)) * SongGrid.Hop);
        var song = new SongStretch(SampleHops + (2 * ContextHops), loudness);
        var (cues, look) = (new Cues(song), new Look(ShareTables.First, song));
        for (var n = 0; n < samples; n++)
        {
            // On the grid, in the middle of each part of the song.
            var room = Math.Max(0, mix.Frames - (SampleHops * SongGrid.Hop));
            var start = (long)(room * (samples == 1 ? 0 : (double)n / (samples - 1))) / (SongGrid.Hop * SongGrid.Ratio) * SongGrid.Hop * SongGrid.Ratio;
            mix.Read(start - (ContextHops * SongGrid.Hop), sound);
            song.Take(sound, song.Hops, stop);
            cues.Take(song.Hops, stop);
            look.Through(ContextHops, ContextHops + SampleHops, song.Hops, cues.Fill, stop);
            total += Add(song, look.Shares, sums);
            progress(0.25 + (0.75 * (n + 1) / samples));
        }

        return new(loudness, [.. sums.Select(sum => (float)(sum / total))]);
    }

    // Adds amplitudes, shared among the sources, and gives their sum.
    private static double Add(SongStretch song, Plane[] shares, double[] sums)
    {
        var (total, row) = (0.0, new float[SongGrid.Bins]);
        for (var frame = ContextHops; frame < ContextHops + SampleHops; frame++)
        {
            Vectors.SquareRoots(song.Power.Row(frame), row);
            total += Vectors.Sum(row);
            for (var source = 0; source < sums.Length; source++)
            {
                sums[source] += Vectors.Dot(row, shares[source].Row(frame));
            }
        }

        return total;
    }

    private static double MeasureLoudness(MixFile mix, Action<double> progress, CancellationToken stop)
    {
        var block = new StereoBlock(ReadFrames);
        double sum = 0;
        for (long frame = 0; frame < mix.Frames; frame += ReadFrames)
        {
            stop.ThrowIfCancellationRequested();
            mix.Read(frame, block);
            sum += Vectors.Dot(block.Left, block.Left) + (double)Vectors.Dot(block.Right, block.Right);
            progress(Math.Min(1, (double)(frame + ReadFrames) / mix.Frames));
        }

        return Math.Sqrt(sum / Math.Max(1, mix.Frames));
    }
}
