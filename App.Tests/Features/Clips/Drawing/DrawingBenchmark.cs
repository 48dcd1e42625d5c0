using System.Diagnostics;
using Downbeat.Features.Clips.Drawing;
using Downbeat.Tests.Benchmark;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Clips.Drawing;

/// <summary>
/// <c>drawing-benchmark [--seconds N] [--visuals a,b]</c>: what each visual costs at 1920×1080 and 30 frames a second, in processor seconds of this process and of the encoder, and how many times
/// faster than it plays that is on one core.
/// </summary>
internal static class DrawingBenchmark
{
    public static async Task<int> RunAsync(string[] options)
    {
        var seconds = Array.IndexOf(options, "--seconds") is >= 0 and var at ? int.Parse(options[at + 1], System.Globalization.CultureInfo.InvariantCulture) : 6;
        var chosen = Array.IndexOf(options, "--visuals") is >= 0 and var named ? options[named + 1].Split(',') : null;
        using var rig = new MediaRig();
        var artist = new ClipArtist(rig.Ffmpeg);
        using var picture = ContactSheet.TestCard();
        var style = DrawingStyles.Of("abstract");
        var song = DemoMusic.Song;
        var pulse = song.Pulse(song.Drop, seconds);
        Console.WriteLine("visual          draw s   encode s   cpu x   wall s   MB");
        foreach (var visual in Visuals.All.Where(visual => chosen?.Contains(visual.Name) ?? true))
        {
            var drawing = new ClipDrawing(visual, style, style.Palettes[0], CameraMove.Drift, 1, 1920, 1080, 30, seconds * 30, false);
            StageWord[] words = [new("First", 0, 1, 0), new("light", 1, 6, 0)];
            var path = rig.PathOf($"{visual.Name}.mp4");
            // Once without counting: the first pictures are drawn while the code is compiled.
            await artist.DrawAsync(drawing with { Frames = 20 }, pulse, words, picture, path, _ => { }, CancellationToken.None);
            var (own, all, wall) = (Own(), ChildCost.UsedCpuSeconds(), Stopwatch.StartNew());
            await artist.DrawAsync(drawing, pulse, words, picture, path, _ => { }, CancellationToken.None);
            var draw = Own() - own;
            var encode = ChildCost.UsedCpuSeconds() - all - draw;
            Console.WriteLine(FormattableString.Invariant(
                $"{visual.Name,-14} {draw,7:0.00} {encode,10:0.00} {seconds / (draw + encode),7:0.00} {wall.Elapsed.TotalSeconds,8:0.00} {new FileInfo(path).Length / 1e6,4:0.0}"));
        }

        return 0;
    }

    private static double Own() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
}
