using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Tests.Features.Compositions.Rendering;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Benchmark;

/// <summary>Twelve clips such as people bring: phones, cameras, downloads, screens; real pictures, some enlarged and coded anew.</summary>
internal static class BenchmarkClips
{
    private static readonly string[] X264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"];

    /// <summary>Makes the clips that are not in <paramref name="folder"/> yet.</summary>
    public static async Task<List<(ShotSource Source, double Seconds)>> MakeAsync(Ffmpeg ffmpeg, string folder)
    {
        (string Name, string[] Input, string[] Output)[] clips =
        [
            ("c01_1080p30.mp4", Real("frog.mp4"), ["-vf", "scale=1920:1080", "-t", "6", .. X264]),
            ("c02_720p24.mp4", Real("mp_big_buck_bunny_0_30.webm"), ["-t", "6", .. X264]),
            ("c03_480p2678.mp4", Real("crystal.webm"), ["-vf", "scale=640:480,setsar=1,fps=26.78", "-t", "8", .. X264]),
            ("c04_480p2997.mp4", Real("mp_big_buck_bunny_0_30.webm", 8), ["-vf", "scale=640:480,setsar=1,fps=30000/1001", "-t", "15", .. X264]),
            ("c05_1080p60_turned.mp4", Real("sk_bikes.mp4"), ["-vf", "scale=1920:1080,setsar=1,fps=60,transpose=cclock,scale=1920:1080", "-t", "6", "-c:v", "libx265", "-preset", "ultrafast", "-crf", "22", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p"]),
            ("c06_1080p25.webm", Real("mp_smpte-2997.mp4"), ["-vf", "scale=1920:1080", "-t", "6", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "6M", "-pix_fmt", "yuv420p"]),
            ("c07_2160p30.mp4", Real("mb_cursed-vfr.mp4"), ["-vf", "fps=30,scale=3840:2160,setsar=1", "-t", "6", .. X264]),
            ("c08_720p60.mp4", ["-f", "lavfi", "-i", "mandelbrot=s=1280x720:r=60:start_scale=0.5:end_scale=0.05:end_pts=360"], ["-t", "6", .. X264]),
            ("c09_1080p2398_hlg.mp4", Real("mp_big_buck_bunny_0_30.webm", 20), ["-vf", "scale=1920:1080,fps=24000/1001,format=yuv420p10le", "-t", "6", "-c:v", "libx265", "-preset", "ultrafast", "-crf", "22", "-x265-params", "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc", "-color_trc", "arib-std-b67", "-color_primaries", "bt2020", "-colorspace", "bt2020nc"]),
            ("c10_480p50.avi", Real("rabbit320.mp4"), ["-vf", "scale=854:480,fps=50", "-t", "6", "-c:v", "mpeg4", "-q:v", "3", "-bf", "2"]),
            ("c11_1080p30_pan.mp4", ["-loop", "1", "-framerate", "30", .. Real("london.jpg")], ["-vf", "scale=2560:-2,crop=1920:1080:2*n:200,setsar=1", "-t", "6", .. X264]),
            ("c12_portrait_vfr.mp4", Real("crystal.webm", 2), ["-vf", "scale=1080:1920,setsar=1,select='lt(mod(n,5),3)'", "-vsync", "vfr", "-t", "6", .. X264]),
        ];
        var made = new List<(ShotSource, double)>();
        foreach (var (name, input, output) in clips)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                Console.Error.WriteLine($"Drawing {name} …");
                var part = Path.Combine(folder, "part_" + name);
                await ffmpeg.RunAsync([.. input, "-an", .. output, part], RunLimits.Render, null, CancellationToken.None);
                if (name.Contains("turned", StringComparison.Ordinal))
                {
                    FrameCodedClip.TurnClockwise(part);
                }

                File.Move(part, path);
            }

            made.Add(await FilmWorkshop.ProbeAsync(CutPlannerTests.Id(made.Count + 1), path));
        }

        return made;
    }

    private static string[] Real(string name, double from = 0) => [.. from > 0 ? (string[])["-ss", $"{from}"] : [], "-i", TestData.PathOf("video/" + name)];
}
