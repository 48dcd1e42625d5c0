using System.Diagnostics.Metrics;
using Downbeat.Telemetry;
using Microsoft.Extensions.Options;

namespace Downbeat.Jobs;

/// <summary>
/// The cores and the memory of this instance that its jobs share. A job begins when its cost fits beside what runs; one that is larger than the whole runs alone. Whoever fits
/// may pass somebody who does not fit yet: as often as he likes where the two fit beside each other, else only a few times, so that a stream of small jobs cannot hold a
/// large one up for ever.
/// </summary>
internal sealed class Budget
{
    private const int MostOvertakings = 4;
    private static readonly Gauge<double> CoresGauge = StudioMeter.Instance.CreateGauge<double>("downbeat.jobs.budget.cores", "{core}", "Cores that running jobs are counted with, and that there are.");
    private static readonly Gauge<long> MemoryGauge = StudioMeter.Instance.CreateGauge<long>("downbeat.jobs.budget.memory", "By", "Memory that running jobs are counted with, and that there is.");
    private readonly Lock gate = new();
    private readonly List<Request> waiting = [];
    private readonly JobOptions options;
    private readonly JobCost total;
    private JobCost used = JobCost.Nothing;

    /// <summary>As large as the settings say.</summary>
    public Budget(IOptions<JobOptions> options)
    {
        this.options = options.Value;
        total = this.options.Budget.Total;
        Measure();
    }

    /// <summary>How much of it is used now.</summary>
    public BudgetState State
    {
        get
        {
            lock (gate)
            {
                return new(used, total, waiting.Count);
            }
        }
    }

    /// <summary>Waits until a job of a kind fits; its room is given back when the result is disposed. Null when the waiting was ended before.</summary>
    public async Task<IDisposable?> TryWaitAsync(JobKind kind, CancellationToken stop)
    {
        var request = new Request(options.CostOf(kind).AtMost(total));
        lock (gate)
        {
            waiting.Add(request);
            LetIn();
        }

        await using var ended = stop.Register(() => Leave(request));
        return await request.IsLetIn.Task ? new Room(() => GiveBack(request)) : null;
    }

    private void LetIn()
    {
        List<Request> passed = [];
        foreach (var request in waiting.ToList())
        {
            var heldUp = passed.Where(other => !other.Passers.With(request.Cost).With(other.Cost).Fits(total)).ToList();
            if (request.Cost == JobCost.Nothing || (used.With(request.Cost).Fits(total) && heldUp.TrueForAll(other => other.Overtaken < MostOvertakings)))
            {
                waiting.Remove(request);
                used = used.With(request.Cost);
                request.Passed = [.. passed];
                passed.ForEach(other => other.Passers = other.Passers.With(request.Cost));
                heldUp.ForEach(other => other.Overtaken += request.Cost == JobCost.Nothing ? 0 : 1);
                request.IsLetIn.SetResult(true);
            }
            else
            {
                passed.Add(request);
            }
        }

        Measure();
    }

    private void Leave(Request request)
    {
        lock (gate)
        {
            if (waiting.Remove(request))
            {
                request.IsLetIn.SetResult(false);
                LetIn();
            }
        }
    }

    private void GiveBack(Request request)
    {
        lock (gate)
        {
            used = used.Without(request.Cost);
            foreach (var other in request.Passed)
            {
                other.Passers = other.Passers.Without(request.Cost);
            }

            LetIn();
        }
    }

    private void Measure()
    {
        CoresGauge.Record((double)used.Cores, new KeyValuePair<string, object?>("state", "used"));
        CoresGauge.Record((double)total.Cores, new KeyValuePair<string, object?>("state", "total"));
        MemoryGauge.Record((long)used.MemoryMegabytes << 20, new KeyValuePair<string, object?>("state", "used"));
        MemoryGauge.Record((long)total.MemoryMegabytes << 20, new KeyValuePair<string, object?>("state", "total"));
    }

    private sealed class Request(JobCost cost)
    {
        public JobCost Cost { get; } = cost;

        public TaskCompletionSource<bool> IsLetIn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>How often somebody passed who cannot run beside it.</summary>
        public int Overtaken { get; set; }

        /// <summary>What those cost together who passed it and still run.</summary>
        public JobCost Passers { get; set; } = JobCost.Nothing;

        /// <summary>Whom it passed.</summary>
        public IReadOnlyList<Request> Passed { get; set; } = [];
    }

    private sealed class Room(Action giveBack) : IDisposable
    {
        public void Dispose() => giveBack();
    }
}

/// <summary>How much of the budget is used.</summary>
/// <param name="Used">What the running jobs are counted with.</param>
/// <param name="Total">What there is.</param>
/// <param name="Waiting">Workers that wait until the cost of a job fits.</param>
internal sealed record BudgetState(JobCost Used, JobCost Total, int Waiting);

/// <summary>What a job is counted with while it runs.</summary>
internal sealed record JobCost
{
    /// <summary>What a job costs that mostly waits.</summary>
    public static JobCost Nothing { get; } = new();

    // Decimal: what was added up piece by piece must come to exactly nothing again.

    /// <summary>Cores that it keeps busy.</summary>
    public decimal Cores { get; init; }

    /// <summary>Memory at its highest, with all its processes.</summary>
    public int MemoryMegabytes { get; init; }

    /// <summary>Both together.</summary>
    public JobCost With(JobCost other) => new() { Cores = Cores + other.Cores, MemoryMegabytes = MemoryMegabytes + other.MemoryMegabytes };

    /// <summary>What is left of it.</summary>
    public JobCost Without(JobCost other) => new() { Cores = Cores - other.Cores, MemoryMegabytes = MemoryMegabytes - other.MemoryMegabytes };

    /// <summary>Whether there is room for it.</summary>
    public bool Fits(JobCost room) => Cores <= room.Cores && MemoryMegabytes <= room.MemoryMegabytes;

    /// <summary>The same, or all there is where it is more.</summary>
    public JobCost AtMost(JobCost most) => new() { Cores = Math.Min(Cores, most.Cores), MemoryMegabytes = Math.Min(MemoryMegabytes, most.MemoryMegabytes) };
}
