using Downbeat.Features.Analysis;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Analysis.Networks;
using Downbeat.Features.Clips.Drawing;
using Downbeat.Features.Demo;
using Downbeat.Media;

namespace Downbeat.Tests.Features.Clips.Drawing;

/// <summary>The demo song as drawings hear it.</summary>
internal sealed class DemoMusic
{
    private static readonly Lazy<DemoMusic> Made = new(() => new());

    private readonly float[] samples;

    private DemoMusic()
    {
        using var wav = new MemoryStream();
        DemoSong.Write(wav, CancellationToken.None);
        samples = ToMono(wav.GetBuffer().AsSpan(0, (int)wav.Length));
        var heard = Listening.Listen(samples, null, null, CancellationToken.None);
        var curves = heard.Curves.PerBeat(heard.BeatSeconds, heard.DurationSeconds);
        Analysis = AnalyseSongHandler.Compose(Guid.CreateVersion7(), heard, curves, NetworkFindings.None, new LoudnessFacts(-12, -1, 6), DateTimeOffset.UnixEpoch);
    }

    /// <summary>The one that all share.</summary>
    public static DemoMusic Song => Made.Value;

    /// <summary>What was heard.</summary>
    public SongAnalysis Analysis { get; }

    /// <summary>A stretch of it.</summary>
    public Pulse Pulse(double start, double seconds, float pace = 1) => new(Analysis, Sound(start, seconds), start, seconds, pace);

    /// <summary>Its sound, as a <see cref="Downbeat.Features.Clips.Drawing.Pulse"/> wants it.</summary>
    public float[] Sound(double start, double seconds)
    {
        const int rate = Downbeat.Features.Clips.Drawing.Pulse.SampleRate;
        var (from, count) = ((int)((start - Downbeat.Features.Clips.Drawing.Pulse.LeadSeconds) * rate), (int)((seconds + Downbeat.Features.Clips.Drawing.Pulse.LeadSeconds) * rate));
        return [.. Enumerable.Range(from, count).Select(at => at >= 0 && at < samples.Length ? samples[at] : 0)];
    }

    /// <summary>Where its loudest part begins.</summary>
    public double Drop => Analysis.Sections.MaxBy(section => section.Energy)!.Start;

    // 16-bit stereo at 44.1 kHz behind a header of 44 bytes; half that rate comes out.
    private static float[] ToMono(ReadOnlySpan<byte> wav)
    {
        var pcm = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(wav[44..]);
        var mono = new float[pcm.Length / 4];
        for (var i = 0; i < mono.Length; i++)
        {
            mono[i] = (pcm[4 * i] + pcm[(4 * i) + 1] + pcm[(4 * i) + 2] + pcm[(4 * i) + 3]) / (4f * 32768);
        }

        return mono;
    }
}
