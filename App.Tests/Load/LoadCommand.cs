using System.Globalization;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Load;

/// <summary>
/// Measures what the studio promises: starts it as it ships, in Release and in a process of its own, fills it, drives it over loopback, drives a bare Kestrel beside it in the same run, and writes
/// JSON and Markdown. <c>dotnet run -c Release --project App.Tests -- load [--seconds 60] [--songs 1000000] [--out folder] [--data folder] [--database sqlite|postgres] [--publish] [--only promise …]</c>.
/// </summary>
internal sealed class LoadCommand
{
    // As it ships, but for what stands in the way of measuring it: signing in 130 people from one address, more songs, videos and open pages at a time than one account of a small studio may have, and a
    // budget that would let one video wait for the other.
    private static readonly (string, string)[] Settings =
    [
        ("Quotas:Songs", "1000000"), ("RateLimits:SignIn:Burst", "10000"), ("RateLimits:SignIn:PerMinute", "60000"), ("Circuits:PerUser", "1000"),
        ("Jobs:Concurrency:Composition", $"{WholeMeasures.Renders}"), ("Jobs:Costs:Composition:Cores", ((decimal)Environment.ProcessorCount / WholeMeasures.Renders).ToString(CultureInfo.InvariantCulture)),
    ];

    private readonly LoadOptions options;
    private readonly string data;
    private (string, string)[] settings = Settings;
    private string? postgres;

    private LoadCommand(LoadOptions options, string data) => (this.options, this.data) = (options, data);

    public static async Task<int> RunAsync(string[] words)
    {
        LoadOptions options;
        try
        {
            options = LoadOptions.Read(words, TestData.Repository);
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        var data = Directory.CreateTempSubdirectory("downbeat-load-");
        try
        {
            await new LoadCommand(options, data.FullName).RunAsync();
        }
        finally
        {
            data.Delete(recursive: true);
        }

        return 0;
    }

    private async Task RunAsync()
    {
        Console.WriteLine(LoadMachine.Describe());
        var otherWork = LoadMachine.OtherWork();
        if (otherWork > LoadMachine.Quiet)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"This machine does other work (load average {otherWork:0.0}): the numbers will be too bad."));
        }

        await using var server = new PostgresServer();
        if (options.IsPostgres)
        {
            postgres = await server.CreateDatabaseAsync();
            settings = [.. Settings, ("ConnectionStrings:Database", postgres)];
        }

        var (seed, idle) = await BeginAsync();
        await seed.FillAsync(data, postgres);
        Console.WriteLine($"{options.Songs:#,0} songs are there");
        var part = Path.Combine(data, "bare.mp3");
        File.Copy(seed.SongFile, part);
        await using var bare = await ChildServer.StartBareAsync(part);
        var bench = new LoadBench(options, seed, bare, LoadMachine.Describe(), await LoadMachine.CommitAsync(), otherWork) { Studio = await ChildServer.StartStudioAsync(data, settings) };
        Console.WriteLine($"The studio was ready after {bench.Studio.StartTime.TotalSeconds:0.0} s");
        try
        {
            if (idle is { } megabytes)
            {
                bench.Add("idle-memory", new Dictionary<string, double> { ["resident"] = megabytes }, note: "A new studio, 30 s after it was ready.");
            }

            await MeasureAsync(bench);
        }
        finally
        {
            await bench.Studio.DisposeAsync();
            await WriteAsync(bench);
        }
    }

    private async Task<(LoadSeed Seed, double? IdleMegabytes)> BeginAsync()
    {
        await using var studio = await ChildServer.StartStudioAsync(data, settings);
        double? idle = options.Wants("idle-memory") ? await MemoryMeasures.IdleMegabytesAsync(studio) : null;
        return (await LoadSeed.BeginAsync(studio, options.Songs, options.Wants("circuits")), idle);
    }

    private async Task MeasureAsync(LoadBench bench)
    {
        var (requests, memory, whole) = (new RequestMeasures(bench), new MemoryMeasures(bench), new WholeMeasures(bench));
        async Task IfWantedAsync(Func<Task> measure, params string[] ids)
        {
            if (options.Wants(ids))
            {
                Console.WriteLine($"{ids[0]} …");
                await measure();
                await LoadReport.WriteAsync(options.Out, "load", bench.Measured);
            }
        }

        await IfWantedAsync(requests.ReplayAsync, "hit-rate");
        await IfWantedAsync(requests.HealthAsync, "health");
        await IfWantedAsync(requests.SongListAsync, "song-list");
        await IfWantedAsync(requests.LongListAsync, "song-list-many");
        await IfWantedAsync(requests.DatabaseReadAsync, "database-read");
        await IfWantedAsync(requests.MediaAsync, "media");
        await IfWantedAsync(requests.CachedAsync, "cached-reads");
        await IfWantedAsync(memory.MediaAsync, "media-memory");
        await IfWantedAsync(whole.UploadAsync, "upload");
        await IfWantedAsync(() => whole.IndexedLookupAsync(data, postgres), "indexed-lookup");
        await IfWantedAsync(memory.CircuitsAsync, "circuits");
        await IfWantedAsync(whole.MixedAsync, "mixed", "load-memory");
        await IfWantedAsync(() => RedisOutageAsync(bench, whole), "redis-outage");

        // The last: the jobs that it leaves behind would keep the workers busy for hours.
        await IfWantedAsync(requests.SubmissionAsync, "job-submission");
    }

    private async Task RedisOutageAsync(LoadBench bench, WholeMeasures whole)
    {
        await using var redis = await RedisServer.CreateAsync();
        await bench.Studio.DisposeAsync();
        bench.Studio = await ChildServer.StartStudioAsync(data, [.. settings, ("ConnectionStrings:Redis", redis.ConnectionString)]);
        await whole.RedisOutageAsync(redis);
        await bench.Studio.DisposeAsync();
        bench.Studio = await ChildServer.StartStudioAsync(data, settings);
    }

    private async Task WriteAsync(LoadBench bench)
    {
        Console.WriteLine($"{options.Out}/load.json and load.md");
        if (options.IsPublished)
        {
            await LoadReport.WriteAsync(Path.Combine(TestData.Repository, "docs", "promises"), "promises", bench.Measured);
        }

        if (options.Data is { } folder)
        {
            await LoadReport.WriteAsync(folder, "promises", bench.Measured);
        }
    }
}
