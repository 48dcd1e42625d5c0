using System.Globalization;
using System.Text.Json;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>The coded sound of a film.</summary>
/// <param name="Path">The file.</param>
/// <param name="Level">How loud it is, measured on the file.</param>
internal sealed record FinishedSound(string Path, LoudnessFacts Level);

/// <summary>
/// Makes the sound of a film: coded once, and kept. To reach a loudness the part of the song is measured, amplified and limited; then what came out of the coder, which moves peaks, is
/// measured, and level and limit are corrected until both are met.
/// </summary>
internal sealed class SoundTrack(Ffmpeg ffmpeg, Loudness loudness)
{
    /// <summary>No peak between samples is louder than this in the finished file, dBTP.</summary>
    public const double PeakDbtp = -1;

    /// <summary>Where the limiter begins: coding adds about this to peaks.</summary>
    private const double FirstCeilingDbfs = PeakDbtp - 0.5;

    /// <summary>Levels are reported in tenths of a dB.</summary>
    private const double ReportStepDb = 0.1;

    private const double ToleranceLu = 0.25;
    private const int MostTries = 5;

    // At this rate the quick coder is also the better one: the thorough one, ffmpeg's default, leaves bursts that are louder than the song (measured with 5.1).
    private static readonly string[] Encoder = ["-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k", "-ar", $"{SoundGraph.SampleRateHz}", "-ac", "2"];

    /// <summary>Finds the sound in the store, or makes it.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="song">The recording.</param>
    /// <param name="sources">The clips that the plan names.</param>
    /// <param name="store">Keeps the coded sound.</param>
    /// <param name="folder">Folder for unfinished files, on the store's disk.</param>
    /// <param name="progress">Told how much is done, 0 to 1, never falling.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="MediaFailure">A recording could not be decoded.</exception>
    public async Task<FinishedSound> MakeAsync(
        Cut cut, FilmSong song, IReadOnlyDictionary<Guid, ShotSource> sources, IPieceStore store, string folder, Action<double>? progress, CancellationToken stop)
    {
        cut = Heard(cut, song);
        var runs = ClipBed.Runs(cut, sources);
        var key = await KeyAsync(cut, song, runs, stop).ConfigureAwait(false);
        if (store.TryFind(key) is { } ready)
        {
            return new(ready, await LevelAsync(store, key, stop).ConfigureAwait(false) ?? await loudness.MeasureAsync(ready, stop).ConfigureAwait(false));
        }

        var path = Path.Combine(folder, "sound.m4a");
        var bed = runs.Count == 0 ? null : await ListenAsync(runs, Path.Combine(folder, "clips.f32"), stop).ConfigureAwait(false);
        var level = await CodeAsync(cut, Inputs(await song.FileAsync(folder, stop).ConfigureAwait(false), bed), bed is not null, path, progress, stop).ConfigureAwait(false);
        var note = path + ".json";
        await File.WriteAllTextAsync(note, JsonSerializer.Serialize(level), stop).ConfigureAwait(false);
        await store.AddAsync(LevelKeyOf(key), note).ConfigureAwait(false);
        await store.AddAsync(key, path).ConfigureAwait(false);
        return new(store.TryFind(key) ?? throw new FileNotFoundException($"The coded sound {key} has gone."), level);
    }

    /// <summary>Whether <see cref="MakeAsync"/> would find the sound in the store.</summary>
    public async Task<bool> IsReadyAsync(Cut cut, FilmSong song, IReadOnlyDictionary<Guid, ShotSource> sources, IPieceStore store, CancellationToken stop) =>
        store.TryFind(await KeyAsync(Heard(cut, song), song, ClipBed.Runs(cut, sources), stop).ConfigureAwait(false)) is not null;

    /// <summary>The plan as this sound has it: clips do not give way to a voice that is not in it.</summary>
    internal static Cut Heard(Cut cut, FilmSong song)
    {
        int FrameAt(double seconds) => (int)Math.Clamp(cut.Rate.FrameAt(Math.Min(seconds, cut.StartSeconds + cut.DurationSeconds) - cut.StartSeconds), 0, cut.Frames);
        return song.VoicelessSeconds.Count == 0 || cut.Sound.Clips is null
            ? cut
            : cut with { Sound = cut.Sound with { Clips = cut.Sound.Clips.Without([.. song.VoicelessSeconds.Select(span => new FrameRange(FrameAt(span.Start), FrameAt(span.End)))]) } };
    }

    /// <summary>Where it is kept how loud a sound was found to be: beside it.</summary>
    private static string LevelKeyOf(string soundKey) => soundKey + ".level";

    private static async Task<LoudnessFacts?> LevelAsync(IPieceStore store, string soundKey, CancellationToken stop) =>
        store.TryFind(LevelKeyOf(soundKey)) is { } note ? JsonSerializer.Deserialize<LoudnessFacts>(await File.ReadAllTextAsync(note, stop).ConfigureAwait(false)) : null;

    private async Task<string> KeyAsync(Cut cut, FilmSong song, IReadOnlyList<ClipRun> runs, CancellationToken stop) => PieceKey.Hash(
    [
        "sound", song.ContentHash, SoundGraph.Film(cut, runs.Count > 0, Mastering.None), Text($"{cut.Sound.LoudnessLufs} {PeakDbtp} {FirstCeilingDbfs} {ToleranceLu} {MostTries}"),
        .. runs.SelectMany(run => run.Key), .. Encoder, (await FfmpegVersion.AskAsync(ffmpeg, stop).ConfigureAwait(false)).Text,
    ]);

    private static IReadOnlyList<string> Inputs(string songPath, string? bedPath) =>
    [
        .. MediaPolicy.InputArguments, "-i", "file:" + songPath,
        .. bedPath is null ? (string[])[] : ["-f", "f32le", "-ar", $"{SoundGraph.SampleRateHz}", "-ac", "2", "-i", "file:" + bedPath],
    ];

    private async Task<LoudnessFacts> CodeAsync(Cut cut, IReadOnlyList<string> inputs, bool hasClips, string path, Action<double>? progress, CancellationToken stop)
    {
        var mastering = await FirstAsync(cut, inputs, hasClips, stop).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            await ffmpeg.RunAsync(
                [
                    .. inputs, "-filter_complex", SoundGraph.Film(cut, hasClips, mastering), "-map", "[sound]", "-vn", "-sn", "-dn", "-map_metadata", "-1",
                    .. Encoder, "-f", "mp4", path,
                ],
                RunLimits.Render,
                Share(cut, attempt, progress),
                stop).ConfigureAwait(false);
            var level = await loudness.MeasureAsync(path, stop).ConfigureAwait(false);
            if (cut.Sound.LoudnessLufs is not { } wanted || attempt == MostTries || Corrected(mastering, level, wanted) is not { } better)
            {
                return level;
            }

            mastering = better;
        }
    }

    /// <summary>By what the part of the song is, before anything was coded.</summary>
    private async Task<Mastering> FirstAsync(Cut cut, IReadOnlyList<string> inputs, bool hasClips, CancellationToken stop)
    {
        if (cut.Sound.LoudnessLufs is not { } wanted)
        {
            // The song stays as it is; what is added to it must not be cut off.
            return Mastering.None with { CeilingDbfs = hasClips ? 0 : null };
        }

        var song = await loudness.MeasureAsync(inputs, SoundGraph.Song(cut), stop).ConfigureAwait(false);
        return song.HeardLufs is { } heard ? new(wanted - heard, 0, FirstCeilingDbfs)
            : hasClips ? Mastering.None with { CeilingDbfs = FirstCeilingDbfs }
            : Mastering.None;
    }

    /// <summary>What is to be done about a result; null when it is as it should be, or when there is nothing to be heard in it.</summary>
    private static Mastering? Corrected(Mastering mastering, LoudnessFacts level, double wanted)
    {
        if (level.HeardLufs is not { } heard || mastering.CeilingDbfs is not { } ceiling)
        {
            return null;
        }

        var over = level.TruePeakDbtp is { } peak && peak > PeakDbtp - (ReportStepDb / 2) ? peak - PeakDbtp + ReportStepDb : 0;
        return over == 0 && Math.Abs(wanted - heard) <= ToleranceLu ? null : mastering with { GainDb = mastering.GainDb + wanted - heard, CeilingDbfs = ceiling - over };
    }

    private async Task<string> ListenAsync(IReadOnlyList<ClipRun> runs, string path, CancellationToken stop)
    {
        var bed = File.Create(path);
        await using (bed.ConfigureAwait(false))
        {
            foreach (var run in runs)
            {
                var end = bed.Position + (run.Samples * 2 * sizeof(float));
                await ffmpeg.PipeAsync(
                    [.. run.Inputs.SelectMany(input => input.Arguments), "-filter_complex", run.Graph, "-map", "[bed]", "-f", "f32le", "pipe:1"],
                    RunLimits.Render,
                    async (bytes, cancel) => await bed.WriteAsync(bytes, cancel).ConfigureAwait(false),
                    stop).ConfigureAwait(false);
                if (bed.Position != end)
                {
                    throw new MediaFailure(MediaFailureReason.WrongOutput, Text($"The sound of the clips is {(bed.Position - end) / 8} samples too long."));
                }
            }
        }

        return path;
    }

    /// <summary>Nobody knows how many tries it takes: each one moves on by half of what is left.</summary>
    private static Action<FfmpegProgress>? Share(Cut cut, int attempt, Action<double>? progress) => progress is null ? null : at =>
        progress(1 - ((2 - Math.Clamp(at.Position.TotalSeconds / cut.DurationSeconds, 0, 1)) / Math.Pow(2, attempt)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
