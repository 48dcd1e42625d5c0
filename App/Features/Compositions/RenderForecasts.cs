using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Songs;
using Downbeat.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Compositions;

/// <summary>
/// Says beforehand how long a film takes and how large it becomes. It learns from the films that this studio has finished: by how much those that are coded alike, and those of the same song, differed
/// from what was estimated.
/// </summary>
internal sealed class RenderForecasts(
    IDbContextFactory<StudioDb> databases, SongLibrary songs, FilmSources filmSources, FilmMusic music, PieceRenderer renderer, SoundTrack soundTrack, PieceShelf shelf, EncoderTrials encoders, IOptions<MediaOptions> media)
{
    private const int MostFilms = 100;

    /// <summary>Forecasts a film that is not rendered yet.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 422 <c>composition.clip_gone</c>, <c>composition.watermark_gone</c>, <c>music.no_stems</c>.</exception>
    public async Task<FilmForecast> OfAsync(Guid ownerId, Guid songId, Cut cut, CompositionSettings settings, CancellationToken stop)
    {
        var song = await songs.GetAsync(ownerId, songId, stop);
        var sources = await filmSources.OfAsync(ownerId, songId, cut, stop);
        using var store = shelf.Open(songId);
        return await OfAsync(song, cut, await music.OfAsync(song, cut.Sound.Music, stop), sources, settings, store, stop);
    }

    /// <summary>The same for whoever has everything at hand.</summary>
    public async Task<FilmForecast> OfAsync(Song song, Cut cut, FilmSong heard, IReadOnlyDictionary<Guid, ShotSource> sources, CompositionSettings settings, IPieceStore store, CancellationToken stop)
    {
        settings = settings.WithPlatform;
        var coding = RenderSettings.Of(settings.RenderPreset) with { Hardware = await encoders.ForAsync(settings.Encoder, stop) };

        // At which quality a rate is met nobody knows yet, nor which pieces are there at it.
        var missing = settings.TargetBitrateKbps is null
            ? await renderer.MissingAsync(cut, sources, coding, store, stop)
            : [.. FilmPiece.Of(cut).Select((piece, i) => new MissingPiece($"{i}", piece))];
        var hasSound = await soundTrack.IsReadyAsync(cut, heard, sources, store, stop);
        var work = FilmWork.Of(cut, missing, hasSound, sources, coding, media.Value.WorkerCount);
        work = settings.TargetBitrateKbps is { } kbps ? work.AtRate(kbps, cut.DurationSeconds) : work;

        // What lights up may have to be softened and rendered again: such films are compared with each other.
        var lights = settings.FlashSafe is not false && cut.Hits.Any(hit => hit.Kind is not (EffectKind.ZoomPulse or EffectKind.Glitch or EffectKind.Shake));
        var (paces, manner) = (await PacesAsync(stop), $"{settings.RenderPreset} {coding.Hardware?.Name ?? EncoderTrials.Software}{(lights ? " lights" : "")}{(settings.TargetBitrateKbps is null ? "" : " at a rate")}");
        return new(work, manner, work.Seconds * RenderPace.Factor(paces, song.Id, manner, pace => pace.SecondsFactor), work.Bytes * RenderPace.Factor(paces, song.Id, manner, pace => pace.BytesFactor), cut.Frames, hasSound ? 0 : heard.BytesWhileMade);
    }

    /// <summary>How far the forecasts of the last hundred films were off.</summary>
    public async Task<ForecastAccuracy> AccuracyAsync(CancellationToken stop)
    {
        var paces = await PacesAsync(stop);
        return paces.Count == 0
            ? new(0, null, null)
            : new(paces.Count, RenderPace.Median(paces.Select(pace => pace.SecondsError)), RenderPace.Median(paces.Select(pace => pace.BytesError)));
    }

    private async Task<IReadOnlyList<RenderPace>> PacesAsync(CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);

        // By identity, which rises with time: that order is there already.
        var rows = await db.Compositions.AsNoTracking().Where(c => c.PaceJson != null).OrderByDescending(c => c.Id).Select(c => c.PaceJson!).Take(MostFilms).ToListAsync(stop);
        return [.. rows.Select(json => JsonSerializer.Deserialize<RenderPace>(json)!)];
    }
}

/// <summary>What is said of a film before it is rendered.</summary>
/// <param name="Work">The plain estimate.</param>
/// <param name="Manner">What its settings are alike in.</param>
/// <param name="Seconds">How long it takes, once it is its turn.</param>
/// <param name="Bytes">Size of the finished file.</param>
/// <param name="Frames">Length of the film.</param>
/// <param name="MusicBytes">Room that its music takes while it is made.</param>
internal sealed record FilmForecast(FilmWork Work, string Manner, double Seconds, double Bytes, int Frames, long MusicBytes)
{
    /// <summary>Forecasts are wrong; a render that fills the disk is worse than one that is refused.</summary>
    private const double Caution = 1.5;

    /// <summary>Room on the disk that the render needs: for its pieces of all passes, for the film that is joined from them, and for what is only there meanwhile.</summary>
    public long DiskBytes => (long)(Caution * Bytes * (1 + ((double)Work.MostPasses * Work.RenderedFrames / Frames))) + ((long)Work.RenderedFrames * FlashTrace.PictureBytes) + MusicBytes;

    /// <summary>As pages and programs see it.</summary>
    public FilmEstimate ToEstimate() => new(Math.Round(Seconds, 1), (long)Bytes, Work.RenderedShots, Work.ReusedShots);

    /// <summary>What is learnt when the film is finished.</summary>
    public RenderPace ToPace(Guid songId, double seconds, long bytes) => new(songId, Manner, Work.Seconds, seconds, Work.Bytes, bytes, Seconds, Bytes);
}

/// <summary>What a video will cost, learnt from finished ones.</summary>
/// <param name="Seconds">How long it takes to make, without waiting for its turn.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="RenderedShots">Shots that have to be rendered.</param>
/// <param name="ReusedShots">Shots that are there from earlier videos.</param>
public sealed record FilmEstimate(double Seconds, long Bytes, int RenderedShots, int ReusedShots);

/// <summary>How far forecasts were off: the median of the differences, as shares of what it came to.</summary>
/// <param name="Films">Films that were looked at, at most a hundred.</param>
/// <param name="SecondsError">Of the time; null without films.</param>
/// <param name="BytesError">Of the size; null without films.</param>
internal sealed record ForecastAccuracy(int Films, double? SecondsError, double? BytesError);
