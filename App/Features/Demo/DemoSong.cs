using System.Buffers.Binary;
using System.Text;

namespace Downbeat.Features.Demo;

/// <summary>One section of the demo song.</summary>
/// <param name="Label">intro, verse, chorus, breakdown or outro.</param>
/// <param name="StartSeconds">Where it begins; always on a downbeat.</param>
/// <param name="EndSeconds">Where the next one begins, or the end of the song.</param>
internal readonly record struct DemoSongSection(string Label, double StartSeconds, double EndSeconds);

/// <summary>What is true of the demo song by construction.</summary>
/// <param name="TempoBpm">Beats a minute, constant.</param>
/// <param name="BeatsPerBar">Beats from one downbeat to the next.</param>
/// <param name="DurationSeconds">Length of the file.</param>
/// <param name="BeatSeconds">Time of every beat; the first is 0 and a downbeat.</param>
/// <param name="Sections">In order, without gaps.</param>
internal sealed record DemoSongFacts(
    double TempoBpm,
    int BeatsPerBar,
    double DurationSeconds,
    IReadOnlyList<double> BeatSeconds,
    IReadOnlyList<DemoSongSection> Sections);

/// <summary>The song of the demo project, played by the studio itself. The same bytes every time.</summary>
internal static class DemoSong
{
    /// <summary>Samples a second in each of the two channels.</summary>
    public const int SampleRate = 44_100;

    private const int HeaderBytes = 44;
    private const int FrameBytes = 4;
    private const uint DitherSeed = 0x2545F491;

    /// <summary>Tempo, beats and sections.</summary>
    public static DemoSongFacts Facts { get; } = DescribeScore();

    /// <summary>Plays the song into <paramref name="wav"/>: 16-bit stereo PCM with triangular dither, peak at -1 dBFS, about -14 LUFS.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; nothing was written.</exception>
    public static void Write(Stream wav, CancellationToken stop)
    {
        var song = DemoSongMix.Render(DemoSongScore.Notes(), DemoSongScore.LengthSamples, stop);
        wav.Write(Header(song.Left.Length));
        wav.Write(Quantise(song));
    }

    private static byte[] Quantise(DemoSongBus song)
    {
        var noise = new DemoSongNoise(DitherSeed);
        var bytes = new byte[song.Left.Length * FrameBytes];
        for (int i = 0; i < song.Left.Length; i++)
        {
            var frame = bytes.AsSpan(i * FrameBytes);
            BinaryPrimitives.WriteInt16LittleEndian(frame, Quantise(song.Left[i], ref noise));
            BinaryPrimitives.WriteInt16LittleEndian(frame[2..], Quantise(song.Right[i], ref noise));
        }

        return bytes;
    }

    private static short Quantise(float value, ref DemoSongNoise noise) =>
        (short)Math.Clamp(MathF.Round((value * short.MaxValue) + ((noise.Next() + noise.Next()) * 0.5f)), short.MinValue, short.MaxValue);

    private static byte[] Header(int frames)
    {
        var header = new byte[HeaderBytes];
        using var writer = new BinaryWriter(new MemoryStream(header), Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(HeaderBytes - 8 + (frames * FrameBytes));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)2);
        writer.Write(SampleRate);
        writer.Write(SampleRate * FrameBytes);
        writer.Write((short)FrameBytes);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(frames * FrameBytes);
        return header;
    }

    private static DemoSongFacts DescribeScore()
    {
        double beatSeconds = 60 / DemoSongScore.TempoBpm;
        double barSeconds = beatSeconds * DemoSongScore.BeatsPerBar;
        var beats = Enumerable.Range(0, DemoSongScore.Bars * DemoSongScore.BeatsPerBar).Select(i => i * beatSeconds).ToArray();
        var sections = new List<DemoSongSection>();
        int bar = 0;
        foreach (var part in DemoSongScore.Form)
        {
            sections.Add(new(part.Label, bar * barSeconds, (bar + part.Bars) * barSeconds));
            bar += part.Bars;
        }

        return new(DemoSongScore.TempoBpm, DemoSongScore.BeatsPerBar, DemoSongScore.Bars * barSeconds, beats, sections);
    }
}
