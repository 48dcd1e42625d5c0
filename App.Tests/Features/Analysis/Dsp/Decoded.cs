using System.Buffers.Binary;
using Downbeat.Media;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>Real recordings as the listening engine wants them: mono, 22 050 Hz.</summary>
internal static class Decoded
{
    /// <summary>Decodes files of the test data, summed; the test is skipped where they are not at hand.</summary>
    public static Task<float[]> MonoAsync(params string[] files) => RunAsync(
    [
        .. files.SelectMany(file => (string[])["-i", TestData.PathOf(file)]),
        "-filter_complex", $"amix=inputs={files.Length}:duration=longest:normalize=0", "-ar", "22050",
    ]);

    /// <summary>Decodes one sound of a file of the test data to mono, of another rate, at most so long.</summary>
    public static Task<float[]> StreamAsync(string file, int stream, int rateHz, int mostSeconds = 600) =>
        RunAsync(["-t", $"{mostSeconds}", "-i", TestData.PathOf(file), "-map", $"0:a:{stream}", "-ar", $"{rateHz}"]);

    private static async Task<float[]> RunAsync(IEnumerable<string> arguments)
    {
        var ffmpeg = new Ffmpeg(Options.Create(new MediaOptions()), NullLogger<Ffmpeg>.Instance);
        using var bytes = new MemoryStream();
        await ffmpeg.PipeAsync(
            [.. arguments, "-f", "f32le", "-ac", "1", "pipe:1"],
            RunLimits.Short,
            (chunk, cancel) => bytes.WriteAsync(chunk, cancel),
            TestContext.Current.CancellationToken);
        var raw = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        var samples = new float[raw.Length / sizeof(float)];
        for (var n = 0; n < samples.Length; n++)
        {
            samples[n] = BinaryPrimitives.ReadSingleLittleEndian(raw[(n * sizeof(float))..]);
        }

        return samples;
    }
}
