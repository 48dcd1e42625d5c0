using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>What is being done to the pictures of a film.</summary>
internal enum CodingStage
{
    /// <summary>They are rendered for the first time.</summary>
    Rendering,

    /// <summary>Some are rendered again with weaker hits.</summary>
    Softening,

    /// <summary>All are rendered again at another quality, to meet a bit rate.</summary>
    MeetingRate,
}

/// <summary>How the pictures of a film are to be coded.</summary>
/// <param name="Preset">How finely; with a bit rate, how fast.</param>
/// <param name="Encoder">auto, or an encoder by name; null for x264.</param>
/// <param name="TargetKbps">Wanted rate of the pictures, kilobits a second; null when the preset's quality decides.</param>
internal sealed record CodingWish(RenderPreset Preset, string? Encoder, int? TargetKbps);

/// <summary>
/// Renders a film with the encoder and at the bit rate that were asked for. When a hardware encoder fails, all of it is coded anew with x264: a film of two encoders could not be joined.
/// </summary>
internal sealed class FilmCoder(FlashGuard guard, PieceRenderer renderer, EncoderTrials encoders)
{
    /// <summary>Renders what is missing, as <see cref="FlashGuard.RenderAsync"/> does, with the encoder of the wish, and again until its bit rate is met.</summary>
    /// <param name="wish">How it is to be coded.</param>
    /// <param name="cut">The plan.</param>
    /// <param name="isFlashSafe">Whether hits are taken back that flash too much.</param>
    /// <param name="sources">The clips that it names.</param>
    /// <param name="store">Finished pieces.</param>
    /// <param name="workFolder">Folder for unfinished files.</param>
    /// <param name="progress">Told what is being done, and how much of that, 0 to 1.</param>
    /// <param name="log">Told what the owner should know, a sentence at a time.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="MediaFailure">A clip could not be decoded, or gave fewer frames than planned.</exception>
    public async Task<GuardedFilm> RenderAsync(
        CodingWish wish, Cut cut, bool isFlashSafe, IReadOnlyDictionary<Guid, ShotSource> sources, IPieceStore store, string workFolder,
        Action<CodingStage, double>? progress, Action<string> log, CancellationToken stop)
    {
        async Task<GuardedFilm> CodeAsync(HardwareEncoder? hardware)
        {
            var settings = RenderSettings.Of(wish.Preset) with { Hardware = hardware };
            var film = await guard.RenderAsync(
                cut, isFlashSafe, sources, settings, store, workFolder,
                (round, done, total) => progress?.Invoke(round == 0 ? CodingStage.Rendering : CodingStage.Softening, ShareOf(round, (double)done / total)), stop).ConfigureAwait(false);
            Task<RenderedPieces> AgainAsync(double crf) => renderer.RenderAsync(
                film.Cut, sources, settings with { Crf = crf }, store, workFolder, (done, total) => progress?.Invoke(CodingStage.MeetingRate, (double)done / total), stop);
            if (wish.TargetKbps is not { } wanted)
            {
                return film;
            }

            var level = H264Level.Of(cut);
            if (wanted > level.MostKbps)
            {
                log($"Level {level.Name}, which players of this size and frame rate can be expected to know, ends at {level.MostKbps} kbit/s; {wanted} were asked for.");
            }

            return await MeetAsync(new(Math.Min(wanted, level.MostKbps), settings.CrfStep), film, settings.Crf, AgainAsync, log).ConfigureAwait(false);
        }

        if (await ChooseAsync(wish.Encoder, log, stop).ConfigureAwait(false) is not { } hardware)
        {
            return await CodeAsync(null).ConfigureAwait(false);
        }

        MediaFailure failure;
        try
        {
            var film = await CodeAsync(hardware).ConfigureAwait(false);
            log($"Coded with {hardware.Name}.");
            return film;
        }
        catch (MediaFailure e) when (e.Reason is not (MediaFailureReason.ToolMissing or MediaFailureReason.DiskFull) && sources.Values.All(source => File.Exists(source.Path)))
        {
            failure = e;
        }

        log($"{hardware.Name} has failed, so that all shots are coded with {EncoderTrials.Software} in its place: {failure.Message}");
        var rescued = await CodeAsync(null).ConfigureAwait(false);

        // Only now it is clear that it was the encoder, and not a clip.
        encoders.Drop(hardware, failure.Message);
        return rescued;
    }

    /// <summary>How much of a stage is done: nobody knows how many rounds of softening there will be, so each takes half of what is left.</summary>
    internal static double ShareOf(int round, double done) => round == 0 ? done : 1 - (Math.Pow(0.5, round - 1) * (1 - (done / 2)));

    private async Task<HardwareEncoder?> ChooseAsync(string? wish, Action<string> log, CancellationToken stop)
    {
        var found = await encoders.ForAsync(wish, stop).ConfigureAwait(false);
        if (found is null && wish is not (null or EncoderTrials.Software or EncoderTrials.Auto))
        {
            var state = (await encoders.StatesAsync(stop).ConfigureAwait(false)).FirstOrDefault(state => state.Name == wish);
            log($"{wish} does not work on this machine any more, so that {EncoderTrials.Software} is used in its place: {state?.Reason}");
        }

        return found;
    }

    private static async Task<GuardedFilm> MeetAsync(RateSearch search, GuardedFilm film, double firstCrf, Func<double, Task<RenderedPieces>> again, Action<string> log)
    {
        var coded = new Dictionary<double, RenderedPieces> { [firstCrf] = film.Pieces };
        var rendered = film.Pieces.Rendered.ToHashSet();
        for (var next = search.Next(firstCrf, KbpsOf(film.Cut, film.Pieces)); next is { } crf; next = search.Next(crf, KbpsOf(film.Cut, coded[crf])))
        {
            coded[crf] = await again(crf).ConfigureAwait(false);
            rendered.UnionWith(coded[crf].Rendered);
        }

        log(search.Describe());
        return film with { Pieces = coded[search.BestCrf] with { Rendered = rendered } };
    }

    private static double KbpsOf(Cut cut, RenderedPieces pieces) => pieces.Paths.Sum(Mp4Pictures.BytesOf) * 8 / 1000.0 / cut.DurationSeconds;
}
