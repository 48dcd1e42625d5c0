using Downbeat.Data;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Jobs;

/// <summary>A step whose handler is written by the test.</summary>
internal sealed record TestStep(int Number);

/// <summary>Runs what the test says.</summary>
internal sealed class TestHandler : IStepHandler<TestStep>
{
    public Func<TestStep, StepContext, CancellationToken, Task<StepOutcome>> Work { get; set; } = (_, _, _) => Task.FromResult(StepOutcome.Done());

    public Task<StepOutcome> RunAsync(TestStep step, StepContext context, CancellationToken stop) => Work(step, context, stop);
}

/// <summary>A bell that nobody answers: tests call the runner themselves.</summary>
internal sealed class SilentBell : IWorkerBell
{
    public List<(JobKind Kind, DateTimeOffset At)> Rings { get; } = [];

    public Task RingAsync(JobKind kind, DateTimeOffset at)
    {
        Rings.Add((kind, at));
        return Task.CompletedTask;
    }
}

/// <summary>A clock whose time of day only the test moves; its timers are real.</summary>
internal sealed class HandClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan time) => now += time;
}

/// <summary>Desk, board and runner over a real database, without Quartz.</summary>
internal sealed class JobRig : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly ServiceProvider services;

    private JobRig(TestDatabase database, Guid owner, JobOptions options)
    {
        (this.database, Owner) = (database, owner);
        services = new ServiceCollection().AddSingleton(Handler).BuildServiceProvider();
        Budget = new(Options.Create(options));
        var kinds = new StepKinds([StepKind.Of<TestStep, TestHandler>(JobKind.Composition)]);
        var groups = new JobGroups(Board, Clock);
        Desk = new(Contexts, new(Contexts, null, Clock, NullLogger<ReadReplica>.Instance), Board, Bell, kinds, groups, database.Files, Options.Create(new WaitingQuota { WaitingJobs = WaitingJobs }), Clock);
        Runner = new(Contexts, Board, Bell, kinds, groups, Budget, new(Contexts, NullLogger<StageHistory>.Instance), services, Options.Create(options), Clock, NullLogger<JobRunner>.Instance);
        SecondRunner = new(Contexts, new JobBoard(), Bell, kinds, groups, new(Options.Create(options)), new(Contexts, NullLogger<StageHistory>.Instance), services, Options.Create(options), Clock, NullLogger<JobRunner>.Instance);
    }

    /// <summary>Jobs of one user that may wait.</summary>
    public const int WaitingJobs = 50;

    public Guid Owner { get; }

    /// <summary>Room for two compositions; the other instance has its own.</summary>
    public Budget Budget { get; }

    public TestHandler Handler { get; } = new();

    public JobBoard Board { get; } = new();

    public SilentBell Bell { get; } = new();

    public HandClock Clock { get; } = new();

    public JobDesk Desk { get; }

    public JobRunner Runner { get; }

    /// <summary>A worker of another instance: it shares the database and nothing else.</summary>
    public JobRunner SecondRunner { get; }

    public IDbContextFactory<StudioDb> Contexts => database.Contexts;

    public static async Task<JobRig> CreateAsync(string kind, PostgresServer postgres)
    {
        var database = await TestDatabase.CreateAsync(kind, postgres);
        return new(database, await database.AddUserAsync(), new JobOptions
        {
            Heartbeat = TimeSpan.FromMilliseconds(20),
            Budget = new() { Cores = 2, MemoryMegabytes = 1000 },
            Costs = new Dictionary<JobKind, JobCost> { [JobKind.Composition] = new() { Cores = 1, MemoryMegabytes = 100 } },
        });
    }

    public async Task<Job> AskAsync(int number = 0, int priority = 5, string? key = null, Guid? root = null, Guid? owner = null)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var subject = Guid.CreateVersion7();
        var job = Desk.Add(db, owner ?? Owner, subject, root ?? subject, new TestStep(number), priority, key);
        await db.SaveChangesAsync();
        await Desk.AnnounceAsync(job);
        return job;
    }

    /// <summary>Asks for several jobs under one that stands for them; their steps are numbered from 0.</summary>
    public async Task<(Job Group, IReadOnlyList<Job> Members)> AskGroupAsync(int count)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var root = Guid.CreateVersion7();
        var group = Desk.AddGroup(db, Owner, root, JobKind.Composition, 5, null);
        List<Job> members = [];
        for (var i = 0; i < count; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            members.Add(Desk.Add(db, Owner, Guid.CreateVersion7(), root, new TestStep(i), 5, null, group.Id));
        }

        await db.SaveChangesAsync();
        return (group, members);
    }

    /// <summary>Adds somebody else.</summary>
    public Task<Guid> AddUserAsync() => database.AddUserAsync();

    public Task<Job> ReadAsync(Job job) => Desk.GetAsync(job.OwnerId, job.Id, CancellationToken.None);

    public Task RunWaitingAsync() => Runner.RunWaitingAsync(JobKind.Composition, CancellationToken.None);

    public async Task SweepAsync()
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var now = Clock.GetUtcNow();
        await Sweep.ReleaseAsync(db, Board, new JobGroups(Board, Clock), NullLogger.Instance, job => job.LeaseUntil < now, now, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }
}
