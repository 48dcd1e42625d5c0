using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>How strongly a film's sound is amplified and held back.</summary>
/// <param name="SongGainDb">Amplification of the song before clips are heard beside it, dB.</param>
/// <param name="GainDb">Amplification of both together, dB.</param>
/// <param name="CeilingDbfs">No sample is louder than this, dBFS; null where nothing is held back.</param>
internal sealed record Mastering(double SongGainDb, double GainDb, double? CeilingDbfs)
{
    /// <summary>Leaves everything as it is.</summary>
    public static Mastering None { get; } = new(0, 0, null);
}

/// <summary>The sound of a film as filter text: the part of the song, under it what is heard of the clips, the level, the fades.</summary>
internal static class SoundGraph
{
    /// <summary>Samples per second and channel of the finished sound.</summary>
    public const int SampleRateHz = 48_000;

    /// <summary>Stereo in floating point, so that nothing is cut off on the way.</summary>
    public const string Stereo = "aformat=sample_fmts=fltp:channel_layouts=stereo";

    /// <summary>Loud music pushes clips down by some 12 dB, within two hundredths of a second, and lets go in less than half a second.</summary>
    private const string Duck = "sidechaincompress=threshold=0.03:ratio=8:attack=20:release=400";

    /// <summary>A sum in ffmpeg takes a hundred terms at most.</summary>
    private const int MostTerms = 50;

    /// <summary>The sample that a frame begins with.</summary>
    public static long SampleAt(FrameRate rate, int frame) => (long)Math.Round(rate.SecondsAt(frame) * SampleRateHz);

    /// <summary>
    /// The part of the song, on input 0, found by counting decoded samples, the clock that the beats were heard on; time stamps of songs with holes or a start time differ from it.
    /// </summary>
    public static string Song(Cut cut)
    {
        var (start, end) = (cut.StartSeconds, cut.StartSeconds + cut.DurationSeconds + 0.5);
        return Text($"[0:a:0]asetpts=N/SR/TB,atrim=start={start:0.######}:end={end:0.######},asetpts=N/SR/TB,aresample={SampleRateHz},")
            + Text($"{Stereo},apad,atrim=end_sample={SampleAt(cut.Rate, cut.Frames)}");
    }

    /// <summary>All of the sound; its output is <c>[sound]</c>.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="hasClips">Whether input 1 is a <see cref="ClipBed"/>.</param>
    /// <param name="mastering">How loud.</param>
    public static string Film(Cut cut, bool hasClips, Mastering mastering)
    {
        List<string> filters = [Song(cut)];
        AddGain(filters, mastering.SongGainDb);
        if (hasClips)
        {
            filters[^1] += Mixed(cut.Rate, cut.Sound.Clips!);
        }

        AddGain(filters, mastering.GainDb);
        if (mastering.CeilingDbfs is { } ceiling)
        {
            filters.Add(Text($"alimiter=limit={Math.Pow(10, ceiling / 20):0.######}:level=0:latency=1"));
        }

        filters.AddRange(Fades(cut));
        return string.Join(',', filters) + "[sound]";
    }

    private static void AddGain(List<string> filters, double gainDb)
    {
        if (gainDb != 0)
        {
            filters.Add(Text($"volume={gainDb:0.##}dB"));
        }
    }

    private static string Mixed(FrameRate rate, ClipSound clips)
    {
        var level = Text($"[1:a:0]{Stereo},volume={clips.LevelDb:0.##}dB");

        // Without end, both: where one of them ends first, the compressor drops what it still holds of the other. The mix ends with the song.
        var ducked = clips.Ducking == Ducking.Off
            ? $"[song];{level}[clips];"
            : $",asplit[song][all];[all]{Key(rate, clips)},apad[key];{level},apad[loud];[loud][key]{Duck}[clips];";
        return ducked + "[song][clips]amix=inputs=2:duration=first:normalize=0";
    }

    /// <summary>What pushes the clips down: the song, or the song where somebody sings.</summary>
    private static string Key(FrameRate rate, ClipSound clips)
    {
        if (clips.Ducking == Ducking.Music)
        {
            return "anull";
        }

        var spans = clips.Voice.Select(span => Text($"between(t,{rate.SecondsAt(span.Start):0.###},{rate.SecondsAt(span.End):0.###})"));
        var sums = spans.Chunk(MostTerms).Select(terms => $"({string.Join('+', terms)})").DefaultIfEmpty("0");
        return $"volume=0:enable='not({string.Join('+', sums)})'";
    }

    private static IEnumerable<string> Fades(Cut cut)
    {
        var total = SampleAt(cut.Rate, cut.Frames);
        if (cut.FadeInFrames > 0)
        {
            yield return Text($"afade=t=in:ss=0:ns={SampleAt(cut.Rate, cut.FadeInFrames)}");
        }

        if (cut.FadeOutFrames > 0)
        {
            var start = SampleAt(cut.Rate, cut.Frames - cut.FadeOutFrames);
            yield return Text($"afade=t=out:ss={start}:ns={total - start}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
