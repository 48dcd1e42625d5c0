using System.ComponentModel.DataAnnotations;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Jobs;

file static class Waiting
{
    /// <summary>Waits with as much patience as it takes.</summary>
    public static async Task<IDisposable> EnterAsync(this Budget budget, JobKind kind) => (await budget.TryWaitAsync(kind, CancellationToken.None))!;
}

public sealed class BudgetTests(PostgresServer postgres)
{
    private const JobKind Small = JobKind.Analysis;
    private const JobKind Large = JobKind.Composition;
    private const JobKind Huge = JobKind.Separation;
    private const JobKind Hungry = JobKind.ClipGeneration;
    private const JobKind Light = JobKind.ClipImport;

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Fact]
    public async Task A_job_begins_when_its_cores_and_its_memory_fit_beside_what_runs()
    {
        var budget = OfTwoCores();
        var first = await budget.EnterAsync(Small);
        var large = budget.EnterAsync(Large);
        var second = await budget.EnterAsync(Small);
        var hungry = budget.EnterAsync(Hungry);
        Assert.Equal((2, 200, 2), (budget.State.Used.Cores, budget.State.Used.MemoryMegabytes, budget.State.Waiting));

        // Now a core is free, but not so much memory.
        first.Dispose();
        Assert.Equal((1, 100, 2), (budget.State.Used.Cores, budget.State.Used.MemoryMegabytes, budget.State.Waiting));
        second.Dispose();
        var room = await large;
        Assert.False(hungry.IsCompleted);
        room.Dispose();
        (await hungry).Dispose();
        Assert.Equal(0, budget.State.Waiting);
    }

    [Fact]
    public async Task What_is_larger_than_the_whole_runs_alone()
    {
        var budget = OfTwoCores();
        var small = await budget.EnterAsync(Small);
        var huge = budget.EnterAsync(Huge);
        Assert.False(huge.IsCompleted);
        small.Dispose();
        var room = await huge;

        var next = budget.EnterAsync(Small);
        Assert.False(next.IsCompleted);
        room.Dispose();
        (await next).Dispose();
        Assert.Equal(JobCost.Nothing, budget.State.Used);
    }

    [Fact]
    public async Task A_stream_of_small_jobs_does_not_hold_a_large_one_up()
    {
        var budget = OfTwoCores();
        var running = new Queue<IDisposable>();
        running.Enqueue(await budget.EnterAsync(Small));
        var large = budget.EnterAsync(Large);
        var passed = 0;
        for (; passed < 100; passed++)
        {
            var small = budget.EnterAsync(Small);
            if (!small.IsCompleted)
            {
                break;
            }

            running.Enqueue(await small);
            running.Dequeue().Dispose();
        }

        Assert.InRange(passed, 1, 10);
        Assert.False(large.IsCompleted);
        running.Dequeue().Dispose();
        (await large).Dispose();
    }

    [Fact]
    public async Task Who_can_run_beside_the_large_one_that_waits_does_not_wait_behind_it()
    {
        var budget = new Budget(Options.Create(new JobOptions
        {
            Budget = new() { Cores = 2, MemoryMegabytes = 1000 },
            Costs = new Dictionary<JobKind, JobCost> { [Small] = new() { Cores = 0.5m }, [Large] = new() { Cores = 1.5m }, [Huge] = new() { Cores = 1.5m } },
        }));
        var large = await budget.EnterAsync(Large);
        var huge = budget.EnterAsync(Huge);
        for (var i = 0; i < 20; i++)
        {
            var small = budget.EnterAsync(Small);
            Assert.True(small.IsCompleted);
            (await small).Dispose();
        }

        // Beside this one, too: the two small ones and the huge one would be more than there is.
        using var staying = await budget.EnterAsync(Small);
        large.Dispose();
        (await huge).Dispose();
    }

    [Fact]
    public async Task What_costs_nothing_never_waits()
    {
        var budget = OfTwoCores();
        var huge = await budget.EnterAsync(Huge);
        var large = budget.EnterAsync(Large);

        using var light = await budget.EnterAsync(Light);

        Assert.False(large.IsCompleted);
        huge.Dispose();
        (await large).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_holds_nobody_up()
    {
        var budget = OfTwoCores();
        using var small = await budget.EnterAsync(Small);
        using var impatience = new CancellationTokenSource();
        var large = budget.TryWaitAsync(Large, impatience.Token);
        await impatience.CancelAsync();

        Assert.Null(await large);
        Assert.Equal((0, 1), (budget.State.Waiting, budget.State.Used.Cores));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_that_waits_for_room_is_held_by_nobody(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var job = await rig.AskAsync();
        List<IDisposable> rooms = [await rig.Budget.EnterAsync(JobKind.Composition), await rig.Budget.EnterAsync(JobKind.Composition)];
        using var goingDown = new CancellationTokenSource();
        var worker = rig.Runner.RunWaitingAsync(JobKind.Composition, CancellationToken.None);
        var leaving = rig.Runner.RunWaitingAsync(JobKind.Composition, goingDown.Token);

        while (rig.Budget.State.Waiting < 2)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal((JobStatus.Queued, 0), ((await rig.ReadAsync(job)).Status, (await rig.ReadAsync(job)).Attempt));
        await goingDown.CancelAsync();
        await leaving;
        rooms.ForEach(room => room.Dispose());
        await worker;

        Assert.Equal((JobStatus.Succeeded, 1), ((await rig.ReadAsync(job)).Status, (await rig.ReadAsync(job)).Attempt));
        Assert.Equal(JobCost.Nothing, rig.Budget.State.Used);
    }

    [Fact]
    public void The_settings_change_single_costs_and_leave_the_others()
    {
        var standard = new JobOptions();
        var options = Bind(("Jobs:Costs:Composition:Cores", "0.5"), ("Jobs:Costs:ClipImport:MemoryMegabytes", "64"), ("Jobs:Budget:MemoryMegabytes", "2048"));

        Assert.Equal(0.5m, options.CostOf(JobKind.Composition).Cores);
        Assert.Equal(standard.CostOf(JobKind.Composition).MemoryMegabytes, options.CostOf(JobKind.Composition).MemoryMegabytes);
        Assert.Equal(64, options.CostOf(JobKind.ClipImport).MemoryMegabytes);
        Assert.Equal(standard.CostOf(JobKind.Separation), options.CostOf(JobKind.Separation));
        Assert.Equal((Environment.ProcessorCount, 2048), (options.Budget.Total.Cores, options.Budget.Total.MemoryMegabytes));
        Assert.InRange(standard.Budget.Total.MemoryMegabytes, 256, int.MaxValue);
        Assert.Equal(JobCost.Nothing, new JobOptions().CostOf(JobKind.ClipImport));
    }

    [Fact]
    public void A_cost_or_a_budget_that_makes_no_sense_is_named()
    {
        var options = Bind(("Jobs:Costs:Analysis:Cores", "-1"), ("Jobs:Budget:Cores", "-2"));
        string?[] sentences = [.. options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage)];

        Assert.Equal(2, sentences.Length);
        Assert.StartsWith("Jobs:Costs:Analysis must", sentences[0], StringComparison.Ordinal);
        Assert.StartsWith("Jobs:Budget must", sentences[1], StringComparison.Ordinal);
    }

    private static JobOptions Bind(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build().GetSection("Jobs").Get<JobOptions>()!;

    private static Budget OfTwoCores() => new(Options.Create(new JobOptions
    {
        Budget = new() { Cores = 2, MemoryMegabytes = 1000 },
        Costs = new Dictionary<JobKind, JobCost>
        {
            [Small] = new() { Cores = 1, MemoryMegabytes = 100 },
            [Large] = new() { Cores = 2, MemoryMegabytes = 100 },
            [Huge] = new() { Cores = 64, MemoryMegabytes = 100_000 },
            [Hungry] = new() { Cores = 1, MemoryMegabytes = 950 },
        },
    }));
}
