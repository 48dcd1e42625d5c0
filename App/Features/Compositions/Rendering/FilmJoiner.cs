using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>The song under a film.</summary>
/// <param name="ContentHash">Names the sound: another one has another name.</param>
/// <param name="FileAsync">Gives the full path of the recording; one that is not there yet is made in the folder that it is told.</param>
internal sealed record FilmSong(string ContentHash, Func<string, CancellationToken, Task<string>> FileAsync)
{
    /// <summary>Stretches of the song, in seconds, in which a voice that the plan knows of is not in this sound, in order and apart.</summary>
    public IReadOnlyList<(double Start, double End)> VoicelessSeconds { get; init; } = [];

    /// <summary>Room on the disk that the recording takes while the film is made; 0 for one that is there.</summary>
    public long BytesWhileMade { get; init; }

    /// <summary>A recording that is there.</summary>
    /// <param name="path">Full path of it.</param>
    /// <param name="contentHash">SHA-256 of the file.</param>
    public FilmSong(string path, string contentHash)
        : this(contentHash, (_, _) => Task.FromResult(path))
    {
    }
}

/// <summary>A finished film, measured.</summary>
/// <param name="Frames">Pictures in the file.</param>
/// <param name="VideoSeconds">Length of the picture.</param>
/// <param name="AudioSeconds">Length of the sound.</param>
/// <param name="SizeBytes">Size of the file.</param>
/// <param name="Sync">How well its cuts meet their beats.</param>
/// <param name="Sound">How loud it is.</param>
/// <param name="Form">What it was found to be, in a sentence.</param>
internal sealed record FinishedFilm(int Frames, double VideoSeconds, double AudioSeconds, long SizeBytes, SyncReport Sync, LoudnessFacts Sound, string Form);

/// <summary>Joins rendered pieces without coding them again and lays the sound under them.</summary>
internal sealed class FilmJoiner(Ffmpeg ffmpeg, SoundTrack soundTrack)
{
    /// <summary>Coding the sound takes most of the time.</summary>
    private const double SoundShare = 0.8;

    /// <summary>Makes the film and its poster.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="piecePaths">A file for each piece, as <see cref="PieceRenderer"/> gives them.</param>
    /// <param name="song">The recording.</param>
    /// <param name="sources">The clips that the plan names.</param>
    /// <param name="store">Keeps the coded sound.</param>
    /// <param name="workFolder">Folder for unfinished files, on the disk of <paramref name="filmPath"/>; emptied again whatever happens.</param>
    /// <param name="filmPath">Where the MP4 is to be; it appears in one rename, after it was checked.</param>
    /// <param name="posterPath">Where the JPEG is to be.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="MediaFailure">ffmpeg failed, or the file is not what was planned.</exception>
    public async Task<FinishedFilm> JoinAsync(
        Cut cut, IReadOnlyList<string> piecePaths, FilmSong song, IReadOnlyDictionary<Guid, ShotSource> sources, IPieceStore store, string workFolder, string filmPath, string posterPath,
        Action<double>? progress, CancellationToken stop)
    {
        var folder = Directory.CreateDirectory(Path.Combine(workFolder, "join")).FullName;
        try
        {
            var sound = await soundTrack.MakeAsync(cut, song, sources, store, folder, progress is null ? null : done => progress(SoundShare * done), stop).ConfigureAwait(false);
            var list = Path.Combine(folder, "pieces.ffconcat");
            await File.WriteAllTextAsync(list, ListText(cut, piecePaths), stop).ConfigureAwait(false);
            var film = Path.Combine(folder, "film.part.mp4");
            var captions = cut.Captions is null ? null : Path.Combine(folder, "captions.vtt");
            if (captions is not null)
            {
                await File.WriteAllTextAsync(captions, CaptionTrack.Muxed(cut), stop).ConfigureAwait(false);
            }

            await ffmpeg.RunAsync(JoinArguments(cut, list, sound.Path, film, captions), RunLimits.Render, Share(cut, progress), stop).ConfigureAwait(false);
            if (captions is not null)
            {
                Mp4Track.SwitchSubtitlesOff(film);
            }

            var finished = await MeasureAsync(cut, film, sound.Level, stop).ConfigureAwait(false);
            var poster = Path.Combine(folder, "poster.webp");
            await ffmpeg.RunAsync(PosterArguments(cut, film, poster), RunLimits.Short, null, stop).ConfigureAwait(false);
            File.Move(poster, posterPath, overwrite: true);
            File.Move(film, filmPath, overwrite: true);
            return finished;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Joins some pieces of a film, with sound that is ready: a film without captions to switch on, without poster and without proof.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="pieces">The pieces, one after another.</param>
    /// <param name="piecePaths">A file for each.</param>
    /// <param name="soundPath">The coded sound, as long as the pieces.</param>
    /// <param name="workFolder">Folder for unfinished files.</param>
    /// <param name="filmPath">Where the MP4 is to be.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="MediaFailure">ffmpeg failed.</exception>
    public async Task JoinPiecesAsync(
        Cut cut, IReadOnlyList<FilmPiece> pieces, IReadOnlyList<string> piecePaths, string soundPath, string workFolder, string filmPath, CancellationToken stop)
    {
        var list = Path.Combine(workFolder, "pieces.ffconcat");
        await File.WriteAllTextAsync(list, ListText(cut, pieces, piecePaths), stop).ConfigureAwait(false);
        await ffmpeg.RunAsync(JoinArguments(cut, list, soundPath, filmPath), RunLimits.Short, null, stop).ConfigureAwait(false);
    }

    /// <summary>The list of a whole film.</summary>
    public static string ListText(Cut cut, IReadOnlyList<string> piecePaths) => ListText(cut, FilmPiece.Of(cut), piecePaths);

    /// <summary>The list of pieces. Each length is written out, from boundaries rounded once: what MP4 files say of themselves is rounded and adds up to whole frames over a film.</summary>
    private static string ListText(Cut cut, IReadOnlyList<FilmPiece> pieces, IReadOnlyList<string> piecePaths)
    {
        var text = new StringBuilder("ffconcat version 1.0\n");
        foreach (var (piece, path) in pieces.Zip(piecePaths))
        {
            var microseconds = cut.Rate.MicrosecondsAt(piece.Frames.End) - cut.Rate.MicrosecondsAt(piece.Frames.Start);
            text.Append(CultureInfo.InvariantCulture, $"file 'file:{path.Replace("'", "'\\''", StringComparison.Ordinal)}'\nduration {microseconds / 1e6:0.000000}\n");
        }

        return text.ToString();
    }

    /// <summary>The join: nothing is coded. No end time, which would drop pictures that are stored out of order.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="listPath">The list of pieces.</param>
    /// <param name="soundPath">The coded sound.</param>
    /// <param name="filmPath">Where the film is to be.</param>
    /// <param name="captionsPath">The captions as WebVTT, to be a track of their own; null for none.</param>
    public static IReadOnlyList<string> JoinArguments(Cut cut, string listPath, string soundPath, string filmPath, string? captionsPath = null) =>
    [
        "-protocol_whitelist", "file", "-format_whitelist", "concat,mov", "-f", "concat", "-safe", "0", "-i", listPath,
        .. MediaPolicy.InputArguments, "-i", "file:" + soundPath,
        .. captionsPath is null ? (string[])[] : ["-protocol_whitelist", "file", "-format_whitelist", "webvtt", "-f", "webvtt", "-i", "file:" + captionsPath],
        "-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-map_metadata", "-1",
        .. captionsPath is null ? (string[])[] : ["-map", "2:s:0", "-c:s", "mov_text", "-metadata:s:s:0", "language=" + LanguageCodes.Of(cut.Captions?.Language)],
        "-video_track_timescale", RenderSettings.TimescaleOf(cut.Rate).ToString(CultureInfo.InvariantCulture), "-movflags", "+faststart", "-f", "mp4", filmPath,
    ];

    private static IReadOnlyList<string> PosterArguments(Cut cut, string filmPath, string posterPath) =>
    [
        .. MediaPolicy.InputArguments, "-ss", Seconds(cut.Rate.SecondsAt(cut.Frames / 3)), "-i", "file:" + filmPath, "-an", "-frames:v", "1",
        "-c:v", "libwebp", "-pix_fmt", "yuv420p", "-quality", "80", "-f", "webp", posterPath,
    ];

    private static Action<FfmpegProgress>? Share(Cut cut, Action<double>? progress) =>
        progress is null ? null : at => progress(SoundShare + ((1 - SoundShare) * Math.Clamp(at.Position.TotalSeconds / cut.DurationSeconds, 0, 1)));

    private async Task<FinishedFilm> MeasureAsync(Cut cut, string film, LoudnessFacts sound, CancellationToken stop)
    {
        var packets = await PacketReader.ReadAsync(ffmpeg, film, stop).ConfigureAwait(false);
        var facts = await DeliveryProbe.ReadAsync(ffmpeg, film, stop).ConfigureAwait(false);
        FilmCheck.Require(cut, packets, facts);
        return new(
            packets.PictureSeconds.Count, packets.VideoSeconds, packets.AudioSeconds, new FileInfo(film).Length, SyncReport.Of(cut, packets.KeyframeSeconds), sound,
            FilmCheck.Describe(facts, packets.VideoBytes * 8 / 1000.0 / packets.VideoSeconds));
    }

    private static string Seconds(double seconds) => seconds.ToString("0.######", CultureInfo.InvariantCulture);
}
