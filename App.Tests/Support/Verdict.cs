using System.Globalization;

namespace Downbeat.Tests.Support;

/// <summary>What the checks say of a file, as text: the code of the refusal, or the seconds that play. Any other exception fails the test.</summary>
internal static class Verdict
{
    public const double MaxSeconds = 600;

    public static Task<string> OfSongAsync(MediaRig rig, string path) => OfAsync(async () =>
        (await rig.Songs.RunAsync(path, MaxSeconds, TestContext.Current.CancellationToken)).Facts.DurationSeconds);

    public static Task<string> OfClipAsync(MediaRig rig, string path) => OfAsync(async () =>
        (await rig.Clips.RunAsync(path, MaxSeconds, TestContext.Current.CancellationToken)).DurationSeconds);

    private static async Task<string> OfAsync(Func<Task<double>> check)
    {
        try
        {
            var seconds = await check();
            return seconds.ToString("0.00 s", CultureInfo.InvariantCulture);
        }
        catch (StudioProblem problem)
        {
            Assert.EndsWith(".", problem.Message);
            Assert.Equal(problem.Code is "media.empty" or "media.not_supported" or "song.no_sound" or "clip.no_picture" ? 415 : 422, problem.Status);
            return problem.Code;
        }
    }
}
