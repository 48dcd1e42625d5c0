using System.Globalization;
using Downbeat.Features.Performance.Promises;

namespace Downbeat.Tests.Load;

/// <summary>What all measurements have in common: the studio, bare Kestrel beside it, and where results go.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="seed">What is in the studio.</param>
/// <param name="bare">Bare Kestrel.</param>
/// <param name="machine">What is measured on.</param>
/// <param name="commit">What is measured.</param>
/// <param name="otherWork">Load average before anything of this was started.</param>
internal sealed class LoadBench(LoadOptions options, LoadSeed seed, ChildServer bare, string machine, string commit, double otherWork)
{

    public LoadOptions Options => options;

    public LoadSeed Seed => seed;

    public ChildServer Bare => bare;

    /// <summary>The studio as it runs now.</summary>
    public required ChildServer Studio { get; set; }

    /// <summary>What was measured so far.</summary>
    public List<Promise> Measured { get; } = [];

    /// <summary>Takes a measurement.</summary>
    /// <param name="id">The promise.</param>
    /// <param name="values">Its numbers by their names; those without a bound with their unit: <c>longest/ms</c>.</param>
    /// <param name="spreads">How long requests took.</param>
    /// <param name="bareRatio">Throughput over that of bare Kestrel.</param>
    /// <param name="note">What one must know.</param>
    public void Add(string id, IReadOnlyDictionary<string, double> values, IReadOnlyList<PromiseSpread>? spreads = null, double? bareRatio = null, string note = "")
    {
        var promise = PromiseTable.Measured(id, values) with
        {
            MeasuredAt = DateTimeOffset.UtcNow,
            Machine = machine,
            Commit = commit,
            BareRatio = bareRatio is { } ratio ? Math.Round(ratio, 3) : null,
            Spreads = spreads ?? [],
            Note = otherWork > LoadMachine.Quiet ? string.Create(CultureInfo.InvariantCulture, $"{note} The machine did other work when the run began (load average {otherWork:0}).").Trim() : note,
        };
        Measured.Add(promise);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{PromiseWords.Of(promise.Verdict)}: {promise.Name}: {string.Join(", ", promise.Figures.Select(PromiseWords.MeasuredOf))}; bare ratio {promise.BareRatio:0.00}; load average {LoadMachine.OtherWork():0.0}"));
        foreach (var spread in promise.Spreads)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {spread}"));
        }
    }

    /// <summary>A request of a user for each turn, so that no user asks more often than another.</summary>
    public static NextRequest Around(int connections, Func<int, int, ReadOnlyMemory<byte>> ofUser)
    {
        // Ready beforehand: making requests is no part of what is measured.
        var ready = Enumerable.Range(0, LoadSeed.Users * 4).Select(i => ofUser(i % LoadSeed.Users, i / LoadSeed.Users)).ToArray();
        return (connection, turn) => ready[(connection + (turn * connections)) % ready.Length];
    }

    /// <summary>What bare Kestrel does with answers as long as this request's.</summary>
    public async Task<LoadResult> BareAsync(ReadOnlyMemory<byte> request, int connections)
    {
        using var once = new LeanConnection(Studio.EndPoint);
        var answer = await once.SendAsync(request, CancellationToken.None);
        if (answer.Status != 200)
        {
            throw new InvalidOperationException($"The studio answered {answer.Status}.");
        }

        var same = LeanRequest.Get(BareServer.Body(answer.Bytes));
        return await new LoadDriver(bare.EndPoint, connections).ClosedAsync(options.Short / 2, (_, _) => same);
    }

    /// <summary>Numbers of a load under the names that promises give them.</summary>
    public static Dictionary<string, double> Values(LoadResult result) => new()
    {
        ["throughput"] = result.PerSecond,
        ["p50"] = result.Latencies.Percentile(0.5),
        ["p95"] = result.Latencies.Percentile(0.95),
        ["p99"] = result.Latencies.Percentile(0.99),
        ["mean"] = result.Latencies.AverageMs,
        ["failed"] = result.Failed,
    };

    /// <summary>Says on the console what failed, if anything did.</summary>
    public static LoadResult Tell(string what, LoadResult result)
    {
        if (result.Failed > 0)
        {
            Console.WriteLine($"    {what}: {result}");
        }

        return result;
    }
}
