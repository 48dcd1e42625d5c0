using Downbeat.Features.Demo;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Demo;

public sealed class DemoClipsTests
{
    private const int SmallWidth = 64;
    private const int SmallHeight = 36;

    [Fact]
    public void There_are_eight_clips_with_names_and_titles_of_their_own()
    {
        Assert.Equal(8, DemoClips.All.Count);
        Assert.Equal(8, DemoClips.All.Select(clip => clip.Name).Distinct().Count());
        Assert.Equal(8, DemoClips.All.Select(clip => clip.Title).Distinct().Count());
    }

    [Fact]
    public async Task Every_clip_is_whole_lit_moving_and_unlike_the_others()
    {
        using var rig = new MediaRig();
        var films = new byte[DemoClips.All.Count][];
        await Parallel.ForAsync(0, films.Length, TestContext.Current.CancellationToken, async (i, stop) =>
        {
            var path = rig.PathOf($"{DemoClips.All[i].Name}.mp4");
            await DemoClips.DrawAsync(DemoClips.All[i], path, rig.Ffmpeg, stop);
            films[i] = await SmallFramesAsync(rig, path, stop);
        });

        foreach (var (clip, film) in DemoClips.All.Zip(films))
        {
            Assert.True(film.Length == DemoClips.Frames * FrameBytes, $"{clip.Name} has {(double)film.Length / FrameBytes} frames.");
            foreach (int frame in (int[])[0, 60, 120, 179])
            {
                Assert.True(Frame(film, frame).ToArray().Average(value => value) > 12, $"{clip.Name} is dark at frame {frame}.");
            }

            // Half a second is the shortest shot of the demo's tempo.
            for (int frame = 0; frame + 15 < DemoClips.Frames; frame += 15)
            {
                Assert.True(Difference(Frame(film, frame), Frame(film, frame + 15)) > 0.6, $"{clip.Name} stands still after frame {frame}.");
            }
        }

        for (int first = 0; first < films.Length; first++)
        {
            for (int second = first + 1; second < films.Length; second++)
            {
                double difference = Difference(Frame(films[first], 90), Frame(films[second], 90));
                Assert.True(difference > 15, $"{DemoClips.All[first].Name} and {DemoClips.All[second].Name} differ by {difference:0.0} only.");
            }
        }
    }

    [Fact]
    public async Task A_clip_is_720p_at_30_frames_a_second()
    {
        using var rig = new MediaRig();
        var path = rig.PathOf("ripples.mp4");
        await DemoClips.DrawAsync(DemoClips.All.Single(clip => clip.Name == "ripples"), path, rig.Ffmpeg, TestContext.Current.CancellationToken);

        var answer = await rig.Ffmpeg.AskAsync(
            "ffprobe",
            ["-v", "error", "-show_entries", "stream=codec_name,width,height,pix_fmt,avg_frame_rate,nb_frames,sample_aspect_ratio", "-of", "csv=p=0", path],
            RunLimits.Short,
            TestContext.Current.CancellationToken);

        Assert.Equal("h264,1280,720,1:1,yuv420p,30/1,180", answer.Trim());
        Assert.InRange(new FileInfo(path).Length, 100_000, 8_000_000);
    }

    [Fact]
    public void The_same_frame_is_drawn_the_same_twice()
    {
        Assert.All(DemoClips.All, clip => Assert.Equal(ThirdFrame(clip), ThirdFrame(clip)));

        static byte[] ThirdFrame(DemoClip clip) => DemoClipsFilm.FramesOf(clip).Skip(2).First().ToArray();
    }

    [Fact]
    public async Task A_cancelled_drawing_stops()
    {
        using var rig = new MediaRig();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var clip = DemoClips.All[0];
        var cancelling = clip with { Scene = (light, seconds) => { stop.Cancel(); clip.Scene(light, seconds); } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DemoClips.DrawAsync(cancelling, rig.PathOf("never.mp4"), rig.Ffmpeg, stop.Token));
    }

    private static int FrameBytes => SmallWidth * SmallHeight * 3;

    private static ReadOnlySpan<byte> Frame(byte[] film, int frame) => film.AsSpan(frame * FrameBytes, FrameBytes);

    private static double Difference(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            sum += Math.Abs(first[i] - second[i]);
        }

        return sum / first.Length;
    }

    private static async Task<byte[]> SmallFramesAsync(MediaRig rig, string path, CancellationToken stop)
    {
        using var frames = new MemoryStream();
        await rig.Ffmpeg.PipeAsync(
            ["-i", path, "-vf", $"scale={SmallWidth}:{SmallHeight}:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"],
            RunLimits.Short,
            async (bytes, cancel) => await frames.WriteAsync(bytes, cancel),
            stop);
        return frames.ToArray();
    }
}
