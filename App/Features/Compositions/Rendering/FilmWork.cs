using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// How much work a film is, estimated before it is rendered from what was measured on one machine (two cores; Debian 12, ffmpeg 5.1): what finished films tell of another machine, of clips and of
/// settings is a factor to this.
/// </summary>
/// <param name="Seconds">How long it takes to render what is missing, to join and to check, on an idle machine.</param>
/// <param name="Bytes">Size of the finished file.</param>
/// <param name="RenderedFrames">Frames that have to be rendered.</param>
/// <param name="RenderedShots">Shots that have to be rendered, as a whole or in part.</param>
/// <param name="ReusedShots">Shots that are there.</param>
internal sealed record FilmWork(double Seconds, double Bytes, int RenderedFrames, int RenderedShots, int ReusedShots)
{
    private const double StartSeconds = 0.45;
    private const double PassSeconds = 0.08;
    private const double JoinSecondsPerMinute = 0.25;
    private const double SoundSecondsPerMinute = 2.2;

    /// <summary>Decoding, and what is the same for every frame of the film, ms of one core a million pixels.</summary>
    private const double DecodeMs = 2.6;
    private const double FilterMs = 2.4;
    private const double MoveMs = 20;
    private const double HitMs = 1;
    private const double TransitionMs = 14;
    private const double ToneMapMs = 28;
    private const double BlurMs = 6;
    private const double BlendMs = 5;
    private const double CaptionMs = 0.8;

    private const int UsualPasses = 2;
    private const double SoundBytesPerSecond = 24_300;
    private const double FullHdPixels = 1920 * 1080;

    /// <summary>How often the missing pieces are coded at most.</summary>
    public int MostPasses { get; init; } = 1;

    /// <summary>The same film where its pictures are to have a rate: mostly two passes meet it.</summary>
    /// <param name="kbps">The rate, kilobits a second.</param>
    /// <param name="durationSeconds">Length of the film.</param>
    public FilmWork AtRate(int kbps, double durationSeconds) => this with
    {
        Seconds = UsualPasses * Seconds,
        Bytes = durationSeconds * ((kbps * 125.0) + SoundBytesPerSecond),
        MostPasses = RateSearch.MostPasses,
    };

    /// <summary>Estimates a film.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="missing">Its pieces that have to be rendered.</param>
    /// <param name="hasSound">Whether its sound is there already.</param>
    /// <param name="sources">The clips that it names.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="workers">Runs of ffmpeg at the same time, at least 1.</param>
    public static FilmWork Of(
        Cut cut, IReadOnlyList<MissingPiece> missing, bool hasSound, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, int workers)
    {
        var passes = RenderPasses.Plan(missing, sources, cut, workers);
        var price = PriceOf(settings.X264Preset);
        double RenderMs(RenderPass pass) => pass.Pieces.Sum(m => PieceMs(cut, m.Piece, sources, price.EncodeMs));

        // The longest run is waited for also when the other workers have nothing to do.
        var render = Math.Max(passes.Select(RenderMs).DefaultIfEmpty(0).Max(), passes.Sum(RenderMs) / workers) / 1000;
        var minutes = cut.DurationSeconds / 60;
        var rendered = missing.SelectMany(m => m.Piece.Parts).Select(part => part.Shot.Index).Distinct().Count();
        return new(
            StartSeconds + render + (PassSeconds * Math.Ceiling((double)passes.Count / workers)) + (minutes * (JoinSecondsPerMinute + (hasSound ? 0 : SoundSecondsPerMinute))),
            (cut.Frames * BytesOfFrame(cut, price.BitsPerPixel, settings.Crf, price.Crf)) + (cut.DurationSeconds * SoundBytesPerSecond),
            passes.Sum(pass => pass.Frames),
            rendered,
            cut.Shots.Count - rendered);
    }

    private static double PieceMs(Cut cut, FilmPiece piece, IReadOnlyDictionary<Guid, ShotSource> sources, double encodeMs)
    {
        var film = (double)cut.Width * cut.Height / 1e6;
        var ms = film * (FilterMs + encodeMs + (piece.Leaving is null ? 0 : TransitionMs) + (cut.Captions is null ? 0 : CaptionMs)) * piece.Frames.Count;
        ms += film * HitMs * cut.Hits.Sum(hit => Overlap(piece.Frames, new(hit.Frame, hit.Frame + hit.Frames)));
        return ms + piece.Parts.Sum(part => PartMs(cut, part, sources[part.Shot.ClipId], film));
    }

    private static double PartMs(Cut cut, Footage part, ShotSource source, double filmMegapixels)
    {
        if (source.IsStill)
        {
            return part.Shot.Motion is null ? 0 : MoveMs * filmMegapixels * part.Frames;
        }

        // What turns round is brought into the film's form once, and then shown again and again.
        var formed = part.Shot.Filling == Filling.PingPong ? Math.Min(part.Frames, ReadSeconds(cut, part) * cut.Rate.PerSecond) : part.Frames;
        var (width, height) = PictureFilters.ScaledSize(cut, source);
        var background = cut.Fit == Fit.Blur && (width, height) != (cut.Width, cut.Height) ? BlurMs * filmMegapixels : 0;
        var megapixels = source.Width * source.Height / 1e6;
        var toneMap = source.Transfer == ColourTransfer.Standard ? 0 : ToneMapMs * Math.Min(megapixels, width * height / 1e6);
        var blend = PictureFilters.IsBlended(cut, source, part) ? BlendMs * megapixels : 0;
        return ((background + toneMap + blend) * formed) + (DecodeMs * megapixels * ReadSeconds(cut, part) * Math.Max(1, source.FramesPerSecond));
    }

    /// <summary>How much of the clip is decoded: one that runs again from its beginning on, one that turns round as a whole.</summary>
    private static double ReadSeconds(Cut cut, Footage part) => part.Shot.Filling switch
    {
        Filling.Loop => part.StartSeconds(cut.Rate) + part.SourceSeconds(cut.Rate),
        Filling.PingPong => part.Shot.SourceEndSeconds ?? part.SourceSeconds(cut.Rate),
        _ => part.SourceSeconds(cut.Rate),
    };

    private static int Overlap(FrameRange a, FrameRange b) => Math.Max(0, Math.Min(a.End, b.End) - Math.Max(a.Start, b.Start));

    /// <summary>Larger pictures need fewer bits a pixel, and six steps of the rate factor are half of them.</summary>
    private static double BytesOfFrame(Cut cut, double bitsPerPixel, double crf, int pricedCrf)
    {
        var pixels = (double)cut.Width * cut.Height;
        return bitsPerPixel / 8 * pixels * Math.Pow(FullHdPixels / pixels, 0.25) * Math.Pow(2, (pricedCrf - crf) / 6.0);
    }

    /// <summary>What a preset of x264 costs at 1080p: ms of one core a million pixels, and bits a pixel at a rate factor. An unknown one counts as the finest.</summary>
    private static (double EncodeMs, double BitsPerPixel, int Crf) PriceOf(string x264Preset) => x264Preset switch
    {
        "ultrafast" => (4.9, 0.118, 25),
        "superfast" => (10.3, 0.055, 25),
        "veryfast" => (16.6, 0.049, 23),
        "faster" => (33, 0.067, 21),
        _ => (42, 0.067, 21),
    };
}
