using System.Globalization;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>A stretch of a clip that is listened to.</summary>
/// <param name="Source">The clip.</param>
/// <param name="SeekMs">Reading begins here, milliseconds.</param>
/// <param name="Seconds">How much is read.</param>
internal sealed record ClipInput(ShotSource Source, long SeekMs, double Seconds)
{
    /// <summary>How it is opened.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        .. PassGraph.InputArguments(Source, isLoop: false), "-vn",
        .. SeekMs > 0 ? (string[])["-ss", Text($"{SeekMs / 1000.0:0.###}")] : [],
        "-t", Text($"{Seconds:0.###}"), "-i", "file:" + Source.Path,
    ];

    /// <summary>What it gives, whatever the file is called.</summary>
    public string Key => Text($"{Source.ContentHash} {SeekMs} {Seconds:0.###}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Consecutive pieces of a film whose clips one run of ffmpeg listens to.</summary>
/// <param name="Inputs">What it reads; nothing where all pieces are silent.</param>
/// <param name="Graph">The filters; the output is <c>[bed]</c>.</param>
/// <param name="Samples">Length, samples of each channel.</param>
internal sealed record ClipRun(IReadOnlyList<ClipInput> Inputs, string Graph, long Samples)
{
    /// <summary>Everything that shapes its sound.</summary>
    public IEnumerable<string> Key => [.. Inputs.Select(input => input.Key), Graph];
}

/// <summary>
/// What is heard of the clips: each while it is seen and from the place that is seen, silent where it has no sound or has ended. At hard cuts it comes and goes softly, without a click;
/// in a transition both clips are heard, one fading into the other.
/// </summary>
internal sealed class ClipBed
{
    /// <summary>Each piece may open two files, and all of a run are open at the same time.</summary>
    private const int PiecesPerRun = 12;

    /// <summary>Short enough not to be heard as a fade, long enough not to be heard as a click.</summary>
    private const int EdgeSamples = SoundGraph.SampleRateHz * 8 / 1000;

    /// <summary>Decoders need some sound before the place they begin at.</summary>
    private const long PrerollMs = 200;

    private const double LeastTempo = 0.5;

    private static readonly string Silence = Text($"anullsrc=r={SoundGraph.SampleRateHz}:cl=stereo");

    private readonly Cut cut;
    private readonly IReadOnlyDictionary<Guid, ShotSource> sources;
    private readonly List<ClipInput> inputs = [];

    private ClipBed(Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources) => (this.cut, this.sources) = (cut, sources);

    /// <summary>The runs, in order; together they last as long as the film. None when no clip is to be heard or none has sound.</summary>
    public static IReadOnlyList<ClipRun> Runs(Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources) =>
        cut.Sound.Clips is null || !cut.Shots.Any(shot => sources[shot.ClipId].HasSound)
            ? []
            : [.. FilmPiece.Of(cut).Chunk(PiecesPerRun).Select(pieces => new ClipBed(cut, sources).Run(pieces))];

    private ClipRun Run(FilmPiece[] pieces)
    {
        var graph = string.Concat(pieces.Select((piece, i) => Piece(piece, i)));
        var links = string.Concat(pieces.Select((_, i) => Text($"[p{i}]")));
        return new(inputs, Text($"{graph}{links}concat=n={pieces.Length}:v=0:a=1[bed]"), pieces.Sum(Samples));
    }

    private string Piece(FilmPiece piece, int label)
    {
        if (piece.Leaving is null)
        {
            return Text($"{Heard(piece, piece.Footage)}[p{label}];\n");
        }

        var (from, to) = (Text($"[a{label}]"), Text($"[b{label}]"));
        return $"{Heard(piece, piece.Leaving)}{from};\n{Heard(piece, piece.Footage)}{to};\n" + Text($"{from}{to}amix=inputs=2:normalize=0[p{label}];\n");
    }

    /// <summary>What is heard of a clip in a piece, as long as the piece.</summary>
    private string Heard(FilmPiece piece, Footage footage)
    {
        var source = sources[footage.Shot.ClipId];
        var samples = Samples(piece);
        if (!source.HasSound)
        {
            return Text($"{Silence},atrim=end_sample={samples}");
        }

        var (speed, start) = (footage.Shot.Speed, SourceSample(piece, footage));
        var seekMs = source.SeeksExactly ? Math.Max(0, (start * 1000 / SoundGraph.SampleRateHz) - PrerollMs) : 0;
        var skip = start - (seekMs * SoundGraph.SampleRateHz / 1000);
        inputs.Add(new(source, seekMs, ((skip + (samples * speed)) / SoundGraph.SampleRateHz) + 1));
        var name = Text($"{inputs.Count - 1}");

        // The clip's own clock: holes in its sound are silence. Another silence, without end, follows it, so that there is sound even where the clip has none left.
        return Text($"[{name}:a:0]aresample={SoundGraph.SampleRateHz}:async=1:first_pts=0,{SoundGraph.Stereo},atrim=start_sample={skip},asetpts=N/SR/TB{Tempo(speed)}[c{name}];\n")
            + Text($"{Silence}[z{name}];\n[c{name}][z{name}]concat=n=2:v=0:a=1,atrim=end_sample={samples}")
            + string.Concat(Fades(piece, footage).Select(fade => "," + fade));
    }

    private IEnumerable<string> Fades(FilmPiece piece, Footage footage)
    {
        var (samples, edge) = (Samples(piece), Math.Min(EdgeSamples, Samples(piece) / 2));

        // Sound that runs slower is not continuous from piece to piece.
        var isApart = footage.Shot.Speed != 1;
        if (piece.Leaving is not null)
        {
            yield return footage == piece.Leaving ? Text($"afade=t=out:ss=0:ns={samples}:curve=qsin") : Text($"afade=t=in:ss=0:ns={samples}:curve=qsin");
            yield break;
        }

        if (isApart || footage.Offset == 0)
        {
            yield return Text($"afade=t=in:ss=0:ns={edge}");
        }

        if (isApart || footage.Offset + footage.Frames == footage.Shot.Frames.Count)
        {
            yield return Text($"afade=t=out:ss={samples - edge}:ns={edge}");
        }
    }

    /// <summary>Where in the clip the piece begins; counted in whole samples from the shot's beginning, so that the pieces of a shot fit together.</summary>
    private long SourceSample(FilmPiece piece, Footage footage)
    {
        var seen = SoundGraph.SampleAt(cut.Rate, piece.Frames.Start) - SoundGraph.SampleAt(cut.Rate, footage.Shot.Frames.Start);
        return Math.Max(0, (long)Math.Round((footage.Shot.SourceStartSeconds * SoundGraph.SampleRateHz) + (seen * footage.Shot.Speed)));
    }

    private static string Tempo(double speed)
    {
        var filters = "";
        for (; speed < LeastTempo; speed /= LeastTempo)
        {
            filters += Text($",atempo={LeastTempo}");
        }

        return speed == 1 ? filters : filters + Text($",atempo={speed:0.######}");
    }

    private long Samples(FilmPiece piece) => SoundGraph.SampleAt(cut.Rate, piece.Frames.End) - SoundGraph.SampleAt(cut.Rate, piece.Frames.Start);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
