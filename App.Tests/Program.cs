using Downbeat.Tests.Benchmark;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Downbeat.Tests;

/// <summary>The tests, or with <c>benchmark</c> as the first word the comparison of ways to make a film.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["benchmark", .. var options] => FilmBenchmark.RunAsync(options),

        // How Visual Studio and xunit's own runners ask.
        _ when args.Any(arg => arg is "-automated" or "@@") => ConsoleRunner.Run(args),
        _ => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
