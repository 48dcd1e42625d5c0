using System.Diagnostics;
using System.Globalization;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Media;

namespace Downbeat.Tests.Score;

/// <summary>aubio (Brossier), a widely used tracker, as Debian packages it: <c>aubiotrack</c> for beats, <c>aubio tempo</c> for the tempo.</summary>
internal static class Aubio
{
    /// <summary>What to say when it is not there.</summary>
    public const string IsMissing = "aubio is not installed, so there is nothing to compare with: apt-get install aubio-tools";

    /// <summary>aubio as an engine of the table.</summary>
    public static Engine Engine { get; } = new("aubio", ListenAsync);

    /// <summary>Whether its programs are on the path.</summary>
    public static bool IsThere { get; } = new[] { "aubio", "aubiotrack", "aubioonset" }.All(tool =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool))));

    /// <summary>Runs one of its programs to the end.</summary>
    /// <returns>What it printed, line by line.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string[]> RunAsync(string tool, string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0
            ? (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)} failed: {await errors}");
    }

    private static async Task<Found> ListenAsync(IReadOnlyList<string> files, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-aubio-");
        try
        {
            // One sound for both of its programs: the sum of the files at full rate, in floats that nothing clips.
            var mix = Path.Combine(folder.FullName, "mix.wav");
            await Engines.Ffmpeg.RunAsync(
                [
                    .. files.SelectMany(file => (string[])["-i", file]),
                    "-filter_complex", $"{string.Concat(files.Select((_, n) => $"[{n}:a:0]"))}amix=inputs={files.Count}:duration=longest:normalize=0",
                    "-ac", "1", "-ar", "44100", "-c:a", "pcm_f32le", mix,
                ],
                RunLimits.WholeFile,
                null,
                stop);
            var seconds = (await Engines.DecodeAsync([mix], stop)).Length / (double)Listening.SampleRateHz;
            var clock = Stopwatch.StartNew();
            double[] beats = [.. (await RunAsync("aubiotrack", ["-i", mix], stop)).Select(Number)];
            var worked = clock.Elapsed.TotalSeconds;
            var tempo = await RunAsync("aubio", ["tempo", mix], stop);
            return new(seconds, tempo.Where(line => line.EndsWith("bpm", StringComparison.Ordinal)).Select(Number).FirstOrDefault(), null, beats, null, null, null, worked);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Where it finds no tempo it says "unknown bpm".
    private static double Number(string line) => double.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out var number) ? number : 0;
}
