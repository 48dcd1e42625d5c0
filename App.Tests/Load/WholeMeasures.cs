using System.Data.Common;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Downbeat.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Downbeat.Tests.Load;

/// <summary>The studio as a whole: everything mixed, while it renders, while Redis goes; what an index is worth; how fast uploads are.</summary>
internal sealed class WholeMeasures(LoadBench bench)
{
    private const int People = 100;
    private const double PerSecond = 100;

    /// <summary>How many videos are made at a time while everything is asked for.</summary>
    public const int Renders = 2;

    // Twice as many people have a video made as are made at a time: where one ends the next waits already.
    private const int Makers = Renders * 2;

    /// <summary>100 users while two videos are rendered.</summary>
    public async Task MixedAsync()
    {
        using var over = new CancellationTokenSource();
        using var mixed = new CancellationTokenSource();
        Task<int>[] makers = [.. Enumerable.Range(0, Makers).Select(user => KeepRenderingAsync(user, over.Token))];
        while (await RunningRendersAsync() < Renders)
        {
            // Where none can be made the reason comes from there.
            await (makers.FirstOrDefault(maker => maker.IsFaulted) ?? Task.Delay(200));
        }

        var counting = CountRendersAsync(mixed.Token);
        var result = await MixAsync();
        await mixed.CancelAsync();
        var running = await counting;

        // Beside the same renders.
        var bare = await BareMixAsync();
        await over.CancelAsync();
        var begun = (await Task.WhenAll(makers)).Sum();
        var (fewest, mean) = (running.Min(), running.Average());
        bench.Add(
            "mixed",
            new Dictionary<string, double>(LoadBench.Values(result)) { ["fewest renders at a time"] = fewest, ["renders at a time, mean"] = mean },
            [result.ToSpread("100 a second"), bare.ToSpread("bare Kestrel, answers as long")],
            result.PerSecond / bare.PerSecond,
            $"{LoadMix.Contents}; timed from when each was due, and of bare Kestrel what that rate is. Of {begun} renders at 1080p30 that were begun {fewest} to {running.Max()} ran at a time, by the studio's own meter once a second"
                + (fewest < Renders ? $": fewer than the {Renders} that are promised." : "; each is counted with half of the cores."),
            bench.Options.Long);
        if (bench.Options.Wants("load-memory", "mixed"))
        {
            bench.Add("load-memory", new Dictionary<string, double> { ["after the load"] = bench.Studio.ResidentMegabytes, ["peak"] = bench.Studio.PeakMegabytes }, length: bench.Options.Long);
        }
    }

    /// <summary>The same mix with Redis, which is killed after a third and comes back, empty, after two. The studio counts whether its caches were of use before, meanwhile and after.</summary>
    public async Task RedisOutageAsync(RedisServer redis)
    {
        var (start, running) = ((await bench.CacheAsync()).Hits, MixAsync());
        await Task.Delay(bench.Options.Long / 3);
        var killed = (await bench.CacheAsync()).Hits;
        await redis.StopAsync();
        Console.WriteLine("    Redis was killed");
        await Task.Delay(bench.Options.Long / 3);
        var back = (await bench.CacheAsync()).Hits;
        await redis.StartAsync();
        Console.WriteLine("    Redis is back");
        var result = await running;
        var end = (await bench.CacheAsync()).Hits;
        var bare = await BareMixAsync();
        bench.Add(
            "redis-outage",
            new Dictionary<string, double>(LoadBench.Values(result)) { ["hits before"] = killed - start, ["hits meanwhile"] = back - killed, ["hits after"] = end - back },
            [result.ToSpread("100 a second, with Redis"), bare.ToSpread("bare Kestrel, answers as long")],
            result.PerSecond / bare.PerSecond,
            "Killed after a third of the run, started again, empty, after two thirds. Hits of the caches by the studio's own meter: without Redis it believes nothing that it keeps.",
            bench.Options.Long);
    }

    /// <summary>A page of a list by its index, and by looking at all rows.</summary>
    public async Task IndexedLookupAsync(string data, string? postgres)
    {
        await using DbConnection db = postgres is null ? new SqliteConnection($"Data Source={Path.Combine(data, "studio.db")};Mode=ReadOnly") : new NpgsqlConnection(postgres);
        await db.OpenAsync();
        var owner = new RowCloner(db, postgres is not null).Literal(bench.Seed.People[7].Id);
        string List(string table) => $"SELECT * FROM {table} WHERE \"OwnerId\" = {owner} ORDER BY \"CreatedAt\" DESC LIMIT 10";
        var indexed = await MedianAsync(db, List("\"Songs\""), 51);
        if (postgres is not null)
        {
            await using var off = db.CreateCommand();
            off.CommandText = "SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off";
            await off.ExecuteNonQueryAsync();
        }

        var plain = await MedianAsync(db, List(postgres is null ? "\"Songs\" NOT INDEXED" : "\"Songs\""), 5);
        bench.Add("indexed-lookup", new Dictionary<string, double> { ["faster"] = plain / indexed, ["by index/ms"] = indexed, ["by looking at all/ms"] = plain });
    }

    /// <summary>A part of 64 MB, taken by the studio and in pieces of 8 KB by bare Kestrel; medians of five.</summary>
    public async Task UploadAsync()
    {
        var content = new byte[64 << 20];
        new Random(3).NextBytes(content);
        List<double> studio = [];
        List<double> pieces = [];
        for (var round = 0; round < 6; round++)
        {
            var address = await OpenUploadAsync(content.Length + 1);
            studio.Add(await SecondsAsync(() => SendAsync(bench.Studio, HttpMethod.Patch, address, content)));
            pieces.Add(await SecondsAsync(() => SendAsync(bench.Bare, HttpMethod.Post, BareServer.SmallPieces, content)));
        }

        var (ours, theirs) = (Median(studio[1..]), Median(pieces[1..]));
        bench.Add("upload", new Dictionary<string, double> { ["faster"] = theirs / ours, ["studio/MB/s"] = content.Length / 1e6 / ours, ["pieces of 8 KB/MB/s"] = content.Length / 1e6 / theirs });
    }

    private LoadMix Mix => LoadMix.Everything(bench.Seed, People, (int)(PerSecond * bench.Options.Seconds));

    private async Task<LoadResult> MixAsync()
    {
        var mix = Mix;
        return LoadBench.Tell("mix", await new LoadDriver(bench.Studio.EndPoint, People).OpenAsync(PerSecond, bench.Options.Long, (_, turn) => mix.At(turn)));
    }

    private Task<LoadResult> BareMixAsync()
    {
        const int Enough = 200;
        var mix = Mix;
        return bench.BareAsync(connections: 8, [.. Enumerable.Range(0, Math.Min(mix.Count, Enough)).Select(mix.At)]);
    }

    // One after another until it is over; how many were begun.
    private async Task<int> KeepRenderingAsync(int user, CancellationToken over)
    {
        for (var begun = 1; ; begun++)
        {
            // Another seed gives other shots: none of them lies ready.
            var answer = await AskAsync(user, HttpMethod.Post, $"songs/{LoadSeed.SongOf(user, 0)}/compositions", new { preset = "high", seed = Random.Shared.Next(1, 1_000_000) });
            var job = answer.GetProperty("job").GetProperty("id").GetString()!;
            string status;
            while ((status = await StatusAsync(user, job)) is "queued" or "running")
            {
                if (over.IsCancellationRequested)
                {
                    await AskAsync(user, HttpMethod.Post, $"jobs/{job}/cancel", new { });
                    return status == "running" ? begun : begun - 1;
                }

                await Task.WhenAny(Task.Delay(1000, over));
            }

            if (status == "failed")
            {
                throw new InvalidOperationException($"The video could not be made: {await AskAsync(user, HttpMethod.Get, $"jobs/{job}")}");
            }

            if (over.IsCancellationRequested)
            {
                return begun;
            }
        }
    }

    private Task<double> RunningRendersAsync() => bench.Studio.MetricAsync("downbeat.jobs.running", "composition");

    private async Task<List<double>> CountRendersAsync(CancellationToken over)
    {
        List<double> counts = [await RunningRendersAsync()];
        while (!over.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(1000, over));
            counts.Add(await RunningRendersAsync());
        }

        // The last came after the mix was over.
        return counts.Count > 1 ? counts[..^1] : counts;
    }

    private async Task<string> StatusAsync(int user, string job) => (await AskAsync(user, HttpMethod.Get, $"jobs/{job}")).GetProperty("status").GetString()!;

    private async Task<JsonElement> AskAsync(int user, HttpMethod method, string path, object? body = null)
    {
        using var request = Of(bench.Studio, method, "api/v1/" + path, user);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await bench.Studio.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(text) : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    private HttpRequestMessage Of(ChildServer server, HttpMethod method, string path, int user)
    {
        var request = new HttpRequestMessage(method, new Uri(server.Address, path));
        request.Headers.TryAddWithoutValidation("Authorization", bench.Seed.People[user].Bearer["Authorization: ".Length..]);
        return request;
    }

    private async Task<string> OpenUploadAsync(long length)
    {
        using var request = Of(bench.Studio, HttpMethod.Post, "api/v1/uploads", user: 2);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", $"{length}");
        request.Headers.Add("Upload-Metadata", $"target {Convert.ToBase64String("song"u8)},filename {Convert.ToBase64String(Encoding.UTF8.GetBytes("long.wav"))}");
        using var answer = await bench.Studio.Http.SendAsync(request);
        return answer.EnsureSuccessStatusCode().Headers.Location!.OriginalString;
    }

    private async Task SendAsync(ChildServer server, HttpMethod method, string path, byte[] content)
    {
        using var request = Of(server, method, path, user: 2);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", "0");
        request.Content = new ByteArrayContent(content) { Headers = { { "Content-Type", "application/offset+octet-stream" } } };
        using var answer = await server.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> MedianAsync(DbConnection db, string sql, int rounds)
    {
        List<double> milliseconds = [];
        for (var round = 0; round < rounds; round++)
        {
            milliseconds.Add(1000 * await SecondsAsync(async () =>
            {
                await using var command = db.CreateCommand();
                command.CommandText = sql;
                command.CommandTimeout = 300;
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    _ = reader.GetValue(0);
                }
            }));
        }

        return Median(milliseconds);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
