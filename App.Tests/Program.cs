using Downbeat.Tests.Benchmark;
using Downbeat.Tests.Features.Clips.Drawing;
using Downbeat.Tests.Load;
using Downbeat.Tests.Score;
using Downbeat.Tests.Score.Stems;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Downbeat.Tests;

/// <summary>
/// The tests, or by its first word: <c>benchmark</c>, the comparison of ways to make a film; <c>score</c>, how well songs are listened to; <c>listening-benchmark</c>, what
/// that costs; <c>query-benchmark</c>, what indexes are worth with a million songs; <c>stem-score</c>, how well songs are split into stems; <c>stem-benchmark</c>, what that costs;
/// <c>stem-cues</c>, what the separator is fitted to; <c>contact-sheet</c>, <c>drawing-benchmark</c> and <c>drawing-sync</c>, what drawn clips look like, cost, and how well they follow the music;
/// <c>load</c>, whether the studio's promises are kept.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["benchmark", .. var options] => FilmBenchmark.RunAsync(options),
        ["score", .. var options] => ScoreCommand.RunAsync(options),
        ["listening-benchmark", .. var options] => ListeningBenchmark.RunAsync(options),
        ["stem-score", .. var options] => StemScoreCommand.RunAsync(options),
        ["stem-benchmark", .. var options] => StemBenchmark.RunAsync(options),
        ["contact-sheet", .. var options] => ContactSheet.RunAsync(options),
        ["drawing-sync", .. var options] => Task.FromResult(DrawingSync.Run(options)),
        ["drawing-benchmark", .. var options] => DrawingBenchmark.RunAsync(options),
        ["query-benchmark"] => QueryBenchmark.RunAsync(),
        ["stem-cues", .. var options] => StemCues.RunAsync(options),
        ["load", .. var options] => LoadCommand.RunAsync(options),
        [BareServer.Word, .. var options] => BareServer.RunAsync(options),

        // How Visual Studio and xunit's own runners ask.
        _ when args.Any(arg => arg is "-automated" or "@@") => ConsoleRunner.Run(args),
        _ => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
