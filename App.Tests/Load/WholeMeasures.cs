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

    /// <summary>100 users while two videos are rendered.</summary>
    public async Task MixedAsync()
    {
        using var over = new CancellationTokenSource();
        var renders = await Task.WhenAll(Enumerable.Range(0, 2).Select(RenderAsync));
        var rendering = Task.WhenAll(renders.Select((job, user) => KeepRenderingAsync(user, job, over.Token)));
        var result = await MixAsync();
        await over.CancelAsync();
        var begun = await rendering;
        bench.Add(
            "mixed", LoadBench.Values(result), [result.ToSpread("100 a second")],
            note: $"20 reading routes over all rooms, 1 % changes and plans; timed from when each was due; {begun.Sum()} renders at 1080p30, two at a time.");
        if (bench.Options.Wants("load-memory", "mixed"))
        {
            bench.Add("load-memory", new Dictionary<string, double> { ["after the load"] = bench.Studio.ResidentMegabytes, ["peak"] = bench.Studio.PeakMegabytes });
        }
    }

    /// <summary>The same mix with Redis, which is killed after a third and comes back, empty, after two.</summary>
    public async Task RedisOutageAsync(RedisServer redis)
    {
        var running = MixAsync();
        await Task.Delay(bench.Options.Long / 3);
        await redis.StopAsync();
        Console.WriteLine("    Redis was killed");
        await Task.Delay(bench.Options.Long / 3);
        await redis.StartAsync();
        Console.WriteLine("    Redis is back");
        var result = await running;
        bench.Add("redis-outage", LoadBench.Values(result), [result.ToSpread("100 a second, with Redis")], note: "Killed after a third of the run, started again, empty, after two thirds.");
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

    private async Task<LoadResult> MixAsync()
    {
        var mix = LoadMix.Everything(bench.Seed, People, (int)(PerSecond * bench.Options.Seconds));
        return LoadBench.Tell("mix", await new LoadDriver(bench.Studio.EndPoint, People).OpenAsync(PerSecond, bench.Options.Long, (_, turn) => mix.At(turn)));
    }

    private async Task<string> RenderAsync(int user)
    {
        var answer = await AskAsync(user, HttpMethod.Post, $"songs/{LoadSeed.SongOf(user, 0)}/compositions", new { preset = "fast", seed = Random.Shared.Next(1, 1_000_000) });
        var job = answer.GetProperty("job").GetProperty("id").GetString()!;
        while ((await StatusAsync(user, job)) == "queued")
        {
            await Task.Delay(200);
        }

        return job;
    }

    private async Task<int> KeepRenderingAsync(int user, string job, CancellationToken over)
    {
        for (var begun = 1; ; begun++)
        {
            while (await StatusAsync(user, job) == "running")
            {
                if (over.IsCancellationRequested)
                {
                    await AskAsync(user, HttpMethod.Post, $"jobs/{job}/cancel", new { });
                    return begun;
                }

                await Task.WhenAny(Task.Delay(1000, over));
            }

            if (await StatusAsync(user, job) is "failed")
            {
                throw new InvalidOperationException($"The video could not be made: {await AskAsync(user, HttpMethod.Get, $"jobs/{job}")}");
            }

            if (over.IsCancellationRequested)
            {
                return begun;
            }

            job = await RenderAsync(user);
        }
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
