using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Tests.Data.Plans;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Downbeat.Tests.Benchmark;

/// <summary>What indexes are worth with a million songs: the very commands of the studio with them and without, and how many requests for lists a second the studio answers. Markdown, then JSON.</summary>
internal static class QueryBenchmark
{
    private const int Callers = 16;
    private static readonly TimeSpan Rush = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync()
    {
        await using var studios = new FullStudios();
        List<Lookup> lookups = [];
        List<Throughput> lists = [];
        foreach (var database in (string[])["SQLite", "PostgreSQL"])
        {
            var full = await studios.OnAsync(database);
            foreach (var (what, caller, path) in ((string, ApiCaller, string)[])[("songs of five", full.Few, "songs"), ("songs of 100 000", full.Many, "songs"), ("songs of 100 000, middle", full.Many, "songs?page=5000")])
            {
                lists.Add(await RushAsync(database, what, caller, path));
                lookups.Add(await LookAsync<Song>(full, database, what, () => caller.Http.GetAsync(path)));
            }

            lookups.Add(await LookAsync<Job>(full, database, "failed jobs of 20 000", () => full.Many.Http.GetAsync("jobs?status=failed")));
        }

        Console.WriteLine("| database | command | with indexes, ms | without, ms | times |\n| --- | --- | --- | --- | --- |");
        lookups.ForEach(row => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Database} | {row.What} | {row.WithMs:0.00} | {row.WithoutMs:0.0} | {row.WithoutMs / row.WithMs:0} |")));
        Console.WriteLine("\n| database | list | requests/s | p50, ms | p95, ms |\n| --- | --- | --- | --- | --- |");
        lists.ForEach(row => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Database} | {row.What} | {row.PerSecond:0} | {row.P50Ms:0.0} | {row.P95Ms:0.0} |")));
        Console.WriteLine("\n" + JsonSerializer.Serialize(new { machine = new { cores = Environment.ProcessorCount, os = Environment.OSVersion.ToString() }, lookups, lists }));
        return 0;
    }

    private static async Task<Throughput> RushAsync(string database, string what, ApiCaller caller, string path)
    {
        await caller.GetAsync(path);
        var began = Stopwatch.GetTimestamp();
        var times = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync)))).SelectMany(one => one).Order().ToList();
        return new(database, what, times.Count / Stopwatch.GetElapsedTime(began).TotalSeconds, times[times.Count / 2], times[times.Count * 95 / 100]);

        async Task<List<double>> CallAsync()
        {
            List<double> taken = [];
            while (Stopwatch.GetElapsedTime(began) < Rush)
            {
                var sent = Stopwatch.GetTimestamp();
                using var answer = await caller.Http.GetAsync(path);
                answer.EnsureSuccessStatusCode();
                taken.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return taken;
        }
    }

    /// <summary>Without: all indexes of the table but its key are dropped, in a transaction that is rolled back.</summary>
    private static async Task<Lookup> LookAsync<T>(FullStudio full, string database, string what, Func<Task> ask)
    {
        var sent = await full.Recorder.RecordAsync(ask);
        await using var db = await full.Studio.Contexts().CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        var with = await TimeAsync(db.Database, sent, 20);
        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var index in db.Model.FindEntityType(typeof(T))!.GetIndexes())
        {
            await using var drop = new SentCommand($"DROP INDEX \"{index.GetDatabaseName()}\"", []).On(db.Database.GetDbConnection(), "", transaction.GetDbTransaction());
            await drop.ExecuteNonQueryAsync();
        }

        var without = await TimeAsync(db.Database, sent, 3);
        await transaction.RollbackAsync();
        return new(database, what, with, without);
    }

    private static async Task<double> TimeAsync(DatabaseFacade database, IReadOnlyList<SentCommand> sent, int times)
    {
        List<double> taken = [];
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            foreach (var command in sent)
            {
                await using var reader = await command.On(database.GetDbConnection(), "", database.CurrentTransaction?.GetDbTransaction()).ExecuteReaderAsync();
                for (var more = true; more; more = await reader.ReadAsync())
                {
                    _ = reader.FieldCount;
                }
            }

            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return taken.Order().ElementAt(times / 2);
    }

    private sealed record Lookup(string Database, string What, double WithMs, double WithoutMs);

    private sealed record Throughput(string Database, string What, double PerSecond, double P50Ms, double P95Ms);
}
