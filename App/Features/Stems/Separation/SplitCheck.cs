using Downbeat.Features.Analysis.Dsp;
using Downbeat.Media;

namespace Downbeat.Features.Stems.Separation;

/// <summary>What a check of finished stems measured, on the files themselves.</summary>
/// <param name="Frames">Frames of each stem, as many as the song has.</param>
/// <param name="ResidualDb">How loud the difference between the song and the sum of its stems is against the song, in dB; −150 when there is none.</param>
/// <param name="Stems">Each stem.</param>
internal sealed record SplitReport(long Frames, double ResidualDb, IReadOnlyList<StemReport> Stems);

/// <summary>What is in a stem.</summary>
/// <param name="Name">The stem.</param>
/// <param name="LevelDb">Its mean level, dB against full scale; −150 for silence.</param>
/// <param name="SilentShare">Share of the song's tenths of a second in which it is quieter than −60 dB, 0 to 1.</param>
internal sealed record StemReport(string Name, double LevelDb, double SilentShare);

/// <summary>Reads finished stems back and holds them against the song: nothing that a separator says of itself counts.</summary>
internal static class SplitCheck
{
    /// <summary>Loudest difference that is taken for the same, in dB.</summary>
    public const double MostResidualDb = -60;

    private const double LowestDb = -150;
    private const double SilentPower = 1e-6;
    private const int StepFrames = StereoBlock.SampleRate / 10;

    /// <summary>Checks the stems of a song and draws their waveforms.</summary>
    /// <param name="mix">The song.</param>
    /// <param name="names">The stems' names.</param>
    /// <param name="folder">Where their files are.</param>
    /// <param name="listener">Listens along, to tell afterwards what is played in the stems.</param>
    /// <param name="progress">Told how much is checked, 0 to 1.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>What was measured, and the waveform of each stem.</returns>
    /// <exception cref="StudioProblem">500 <c>stems.incomplete</c>, <c>stems.do_not_add_up</c>.</exception>
    public static (SplitReport Report, IReadOnlyList<Peaks> Peaks) Run(MixFile mix, IReadOnlyList<string> names, string folder, StemEar listener, Action<double> progress, CancellationToken stop)
    {
        using var piece = SplitMeter.Begin("check");
        Ear[] ears = [.. names.Select(name => new Ear(name, StemFile.Read(Splitter.PathOf(folder, name))))];
        try
        {
            if (ears.FirstOrDefault(ear => ear.File.Frames != mix.Frames) is { } wrong)
            {
                throw new StudioProblem(500, "stems.incomplete", $"The stem {wrong.Name} covers {wrong.File.Frames} of the song's {mix.Frames} samples; try again, and tell the administrator when it happens twice.");
            }

            var residualDb = Listen(mix, ears, listener, progress, stop);
            var report = new SplitReport(mix.Frames, residualDb, [.. ears.Select(ear => ear.Report(mix.Frames))]);
            return residualDb <= MostResidualDb
                ? (report, [.. ears.Select(ear => ear.Peaks.Finish())])
                : throw new StudioProblem(500, "stems.do_not_add_up", $"The stems do not add up to the song: the difference is {residualDb:0} dB, and {MostResidualDb:0} dB is allowed. Try again, or split with another engine.");
        }
        finally
        {
            Array.ForEach(ears, ear => ear.File.Dispose());
        }
    }

    private static double Listen(MixFile mix, Ear[] ears, StemEar listener, Action<double> progress, CancellationToken stop)
    {
        var (song, stem) = (new StereoBlock(StepFrames), new StereoBlock(StepFrames));
        double songEnergy = 0, restEnergy = 0;
        for (long start = 0; start < mix.Frames; start += StepFrames)
        {
            stop.ThrowIfCancellationRequested();
            mix.Read(start, song);
            songEnergy += Energy(song);
            var frames = (int)Math.Min(StepFrames, mix.Frames - start);
            foreach (var (n, ear) in ears.Index())
            {
                ear.File.Read(start, stem);
                ear.Hear(stem, frames);
                listener.Add(n, stem.Left.AsSpan(0, frames), stem.Right.AsSpan(0, frames));
                Subtract(song, stem);
            }

            restEnergy += Energy(song);
            progress((double)start / mix.Frames);
        }

        // What is silent has no level to compare with: then the difference is held against full scale.
        return Decibels(restEnergy / (songEnergy > 0 ? songEnergy : 2 * Math.Max(1, mix.Frames)));
    }

    private static double Decibels(double power) => Math.Max(LowestDb, 10 * Math.Log10(power + 1e-30));

    private static double Energy(StereoBlock block)
    {
        double sum = 0;
        for (var n = 0; n < block.Frames; n++)
        {
            sum += ((double)block.Left[n] * block.Left[n]) + ((double)block.Right[n] * block.Right[n]);
        }

        return sum;
    }

    private static void Subtract(StereoBlock from, StereoBlock what)
    {
        for (var n = 0; n < from.Frames; n++)
        {
            from.Left[n] -= what.Left[n];
            from.Right[n] -= what.Right[n];
        }
    }

    /// <summary>Listens to one stem.</summary>
    private sealed class Ear(string name, StemFile file)
    {
        private double energy;
        private int steps;
        private int silentSteps;

        public string Name => name;

        public StemFile File => file;

        public Peaks.Maker Peaks { get; } = new(StereoBlock.SampleRate);

        public void Hear(StereoBlock block, int frames)
        {
            var more = Energy(block);
            energy += more;
            steps++;
            silentSteps += more / (2.0 * frames) < SilentPower ? 1 : 0;
            Peaks.Add(block.Left.AsSpan(0, frames), block.Right.AsSpan(0, frames));
        }

        public StemReport Report(long frames) => new(name, Math.Round(Decibels(energy / (2.0 * Math.Max(1, frames))), 2), Math.Round((double)silentSteps / Math.Max(1, steps), 4));
    }
}
