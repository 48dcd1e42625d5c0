using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Timing;

namespace Downbeat.Tests.Benchmark;

/// <summary>
/// The obvious ways to make the same film. <see cref="MakeAsync"/>: bring each clip to the form of the film as a whole, cut the shots out, join them, add what lies over the film; each
/// step codes anew, one after another. <see cref="MakeAtOnceAsync"/>: all of it in one graph with an input for each shot. Both use the filters of ours, so that the pictures can be compared.
/// </summary>
internal sealed class NaiveFilm(Ffmpeg ffmpeg, string folder, Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, string song)
{
    /// <summary>Offsets are rounded; the frame that a transition begins with must not come before it.</summary>
    private const double RoundingSeconds = 0.0005;

    /// <summary>Makes the film step by step and gives back its path.</summary>
    public async Task<string> MakeAsync(IReadOnlyList<CutClip> clips, string preset, int crf)
    {
        string[] encoder = ["-c:v", "libx264", "-preset", preset, "-crf", Text(crf), "-pix_fmt", "yuv420p", "-video_track_timescale", "15360"];
        foreach (var clip in clips)
        {
            var frames = cut.Rate.FrameAt(clip.DurationSeconds);
            var whole = new Shot(0, clip.Id, new(0, frames), 0, null, 0, Filling.Hold);
            var filters = $"{PictureFilters.Text(cut, sources[clip.Id], new(whole, 0, frames))},{PictureFilters.Form}";
            await RunAsync(["-i", sources[clip.Id].Path, "-vf", filters, "-an", .. encoder, PathOf($"whole_{clip.Id}")]);
        }

        foreach (var shot in cut.Shots)
        {
            var footage = Whole(shot);
            var start = Math.Max(0, footage.StartSeconds(cut.Rate) - 0.005);
            await RunAsync([.. start > 0 ? (string[])["-ss", Text(start)] : [], "-i", PathOf($"whole_{shot.ClipId}"), "-frames:v", Text(footage.Frames), .. encoder, PathOf($"shot_{shot.Index}")]);
        }

        // Where nothing lies over the film, the song is laid under it in the same step.
        var over = Over();
        string[] withSong = ["-t", Text(cut.DurationSeconds), "-i", song];
        string[] sound = ["-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"];
        var joined = over.Count == 0 ? PathOf("film") : PathOf("joined");
        await RunAsync(HasTransitions
            ? [.. cut.Shots.SelectMany(shot => (string[])["-i", PathOf($"shot_{shot.Index}")]), "-filter_complex", Joined(shot => $"[{shot}:v]", "", over: []), "-map", "[v]", .. encoder, joined]
            : [.. await ListAsync(), .. over.Count == 0 ? (string[])[.. withSong, "-map", "0:v", "-map", "1:a", .. encoder, .. sound] : encoder, joined]);
        if (over.Count > 0)
        {
            await RunAsync(["-i", joined, .. withSong, "-map", "0:v", "-map", "1:a", "-vf", string.Join(',', over), .. encoder, .. sound, PathOf("film")]);
        }

        return PathOf("film");
    }

    /// <summary>Makes the film in one run and gives back its path.</summary>
    public async Task<string> MakeAtOnceAsync(RenderSettings settings)
    {
        var inputs = cut.Shots.SelectMany(shot =>
        {
            var footage = Whole(shot);
            return (string[])["-threads", "1", .. SeekSeconds(footage) is > 0 and var from ? (string[])["-ss", Text(from)] : [], "-t", Text(footage.SourceSeconds(cut.Rate) + 1.5), "-i", sources[shot.ClipId].Path];
        });
        var branches = string.Concat(cut.Shots.Select(Branch));
        var graph = Path.Combine(folder, "graph.txt");
        await File.WriteAllTextAsync(graph, Joined(shot => $"[s{shot}]", branches, Over()));
        var version = await FfmpegVersion.AskAsync(ffmpeg, CancellationToken.None);
        await RunAsync(
        [
            "-filter_complex_threads", "1", .. inputs, "-t", Text(cut.DurationSeconds), "-i", song, version.GraphFileOption, graph, "-map", "[v]", "-map", $"{cut.Shots.Count}:a",
            .. settings.EncoderArguments(cut), "-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart", PathOf("film"),
        ]);
        return PathOf("film");
    }

    private bool HasTransitions => cut.Shots.Any(shot => shot.Transition is not null);

    private string Branch(Shot shot)
    {
        var footage = Whole(shot);
        var start = footage.StartSeconds(cut.Rate) - SeekSeconds(footage) + 0.001;
        return Invariant($"[{shot.Index}:v:0]setpts='max(0,PTS-{start:0.######}/TB)',{PictureFilters.Text(cut, sources[shot.ClipId], footage, shot.Index)},{PictureFilters.Form}[s{shot.Index}];\n");
    }

    private double SeekSeconds(Footage footage)
    {
        var source = sources[footage.Shot.ClipId];
        var reach = source.IsVariableFrameRate || source.FramesPerSecond <= 0 ? 1 : 1 / source.FramesPerSecond;
        var from = footage.StartSeconds(cut.Rate) - reach - 0.05;
        return source.SeeksExactly && from >= 0.5 ? Math.Floor(from * 1000) / 1000 : 0;
    }

    /// <summary>The shots one after another, or going over into each other, and what lies over the film.</summary>
    private string Joined(Func<int, string> input, string branches, IReadOnlyList<string> over)
    {
        var text = new StringBuilder(branches);
        if (HasTransitions)
        {
            for (var i = 1; i < cut.Shots.Count; i++)
            {
                var (kind, frames) = cut.Shots[i].Transition!;
                var offset = cut.Rate.SecondsAt(cut.Shots[i].Frames.Start - (frames / 2)) - RoundingSeconds;
                text.Append(i == 1 ? input(0) : $"[x{i - 1}]").Append(input(i));
                text.Append(Invariant($"xfade=transition={$"{kind}".ToLowerInvariant()}:duration={cut.Rate.SecondsAt(frames):0.######}:offset={offset:0.######}[x{i}];\n"));
            }

            text.Append(Invariant($"[x{cut.Shots.Count - 1}]"));
        }
        else
        {
            text.AppendJoin("", cut.Shots.Select(shot => input(shot.Index))).Append(Invariant($"concat=n={cut.Shots.Count}:v=1:a=0,"));
        }

        return text.AppendJoin(',', [.. over, PictureFilters.Form]).Append("[v]").ToString();
    }

    private List<string> Over()
    {
        var film = new FrameRange(0, cut.Frames);
        var filters = EffectFilters.Of(cut, film).ToList();
        if (CaptionScript.Of(cut, film) is { } captions)
        {
            var path = Path.Combine(folder, "captions.ass");
            File.WriteAllText(path, captions.Text);
            filters.Add(captions.Filters(cut, path));
        }

        return filters;
    }

    /// <summary>A shot with its share of the transitions around it.</summary>
    private Footage Whole(Shot shot)
    {
        var (lead, tail) = ((shot.Transition?.Frames ?? 0) / 2, (cut.Shots.ElementAtOrDefault(shot.Index + 1)?.Transition?.Frames ?? 0) / 2);
        return new(shot, -lead, lead + shot.Frames.Count + tail);
    }

    private async Task<string[]> ListAsync()
    {
        var list = Path.Combine(folder, "shots.ffconcat");
        await File.WriteAllTextAsync(list, FilmJoiner.ListText(cut, [.. cut.Shots.Select(shot => PathOf($"shot_{shot.Index}"))]));
        return ["-f", "concat", "-safe", "0", "-i", list];
    }

    private string PathOf(string name) => Path.Combine(folder, name + ".mp4");

    private Task<string> RunAsync(IEnumerable<string> arguments) => ffmpeg.RunAsync(arguments, RunLimits.Render, null, CancellationToken.None);

    private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
