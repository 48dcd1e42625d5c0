using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;

namespace Downbeat.Tests.Benchmark;

/// <summary>The obvious way to make the same film: bring each clip to the form of the film as a whole, cut the shots out, join them; each step codes anew, one after another.</summary>
internal sealed class NaiveFilm(Ffmpeg ffmpeg, string folder, string preset, int crf)
{
    private readonly string[] encoder =
        ["-c:v", "libx264", "-preset", preset, "-crf", crf.ToString(CultureInfo.InvariantCulture), "-pix_fmt", "yuv420p", "-video_track_timescale", "15360"];

    /// <summary>Makes the film and gives back its path.</summary>
    public async Task<string> MakeAsync(Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, IReadOnlyList<CutClip> clips, string song)
    {
        foreach (var clip in clips)
        {
            // The same filters as ours, so that the pictures can be compared.
            var frames = cut.Rate.FrameAt(clip.DurationSeconds);
            var whole = new Shot(0, clip.Id, new(0, frames), 0, null, 0, Filling.Hold);
            var filters = $"{PictureFilters.Text(cut, sources[clip.Id], new(whole, 0, frames))},{PictureFilters.Form}";
            await RunAsync(["-i", sources[clip.Id].Path, "-vf", filters, "-an", .. encoder, PathOf($"whole_{clip.Id}")]);
        }

        foreach (var shot in cut.Shots)
        {
            var start = Math.Max(0, shot.SourceStartSeconds - 0.005);
            await RunAsync([.. start > 0 ? (string[])["-ss", Text(start)] : [], "-i", PathOf($"whole_{shot.ClipId}"), "-frames:v", Text(shot.Frames.Count), .. encoder, PathOf($"shot_{shot.Index}")]);
        }

        var list = Path.Combine(folder, "shots.ffconcat");
        await File.WriteAllTextAsync(list, FilmJoiner.ListText(cut, [.. cut.Shots.Select(shot => PathOf($"shot_{shot.Index}"))]));
        await RunAsync(
        [
            "-f", "concat", "-safe", "0", "-i", list, "-t", Text(cut.DurationSeconds), "-i", song, "-map", "0:v", "-map", "1:a",
            .. encoder, "-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart", PathOf("film"),
        ]);
        return PathOf("film");
    }

    private string PathOf(string name) => Path.Combine(folder, name + ".mp4");

    private Task<string> RunAsync(IEnumerable<string> arguments) => ffmpeg.RunAsync(arguments, RunLimits.Render, null, CancellationToken.None);

    private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
