using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Downbeat.Jobs;

/// <summary>The door to durable work.</summary>
internal static class JobsFeature
{
    /// <summary>Registers the desk, the board, the runner and Quartz; clustered when the database is shared.</summary>
    public static void AddJobs(this IServiceCollection services, IConfiguration configuration, DatabaseKind database)
    {
        var options = configuration.GetSection("Jobs").Get<JobOptions>() ?? new JobOptions();
        services.AddOptions<JobOptions>().Bind(configuration.GetSection("Jobs")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<WaitingQuota>().Bind(configuration.GetSection("Quotas")).ValidateDataAnnotations().ValidateOnStart();
        if (!IsWorker(configuration) && !database.IsShared)
        {
            throw new StudioProblem(500, "roles.no_worker", "Roles is Web, but no other instance can do the work while the database is SQLite; leave Roles out or set ConnectionStrings:Database.");
        }

        services.AddSingleton(provider =>
        {
            // Whoever is told of a change looks again: at the database itself, not at a copy that has not heard of it.
            var (board, replica) = (new JobBoard(), provider.GetRequiredService<ReadReplica>());
            board.SubscribeAll(job => replica.Changed(job.OwnerId));
            return board;
        });
        services.AddSingleton<StepKinds>();
        services.AddSingleton<QuartzBell>();
        services.AddSingleton<IWorkerBell>(provider => provider.GetRequiredService<QuartzBell>());
        services.AddSingleton<JobGroups>();
        services.AddSingleton<JobDesk>();
        services.AddSingleton<Budget>();
        services.AddSingleton<StageHistory>();
        services.AddSingleton<JobRunner>();
        services.AddHostedService<JobsHub.Announcer>();

        // All that a client ever sends is the id of a job.
        services.AddSignalR().AddHubOptions<JobsHub>(hub => (hub.MaximumReceiveMessageSize, hub.MaximumParallelInvocationsPerClient) = (4 * 1024, 1));
        services.AddHostedService<HourlyRounds>();
        services.AddHostedService<QueueDepths>();
        services.AddQuartz(quartz => Configure(quartz, options, database));
        services.AddQuartzHostedService(hosted =>
        {
            hosted.WaitForJobsToComplete = true;
            hosted.AutoStart = IsWorker(configuration);
        });
        if (configuration.GetConnectionString("Redis") is { Length: > 0 })
        {
            services.AddHostedService<RedisJobRelay>();
        }
    }

    /// <summary>Registers one kind of step with its handler.</summary>
    public static void AddStep<TStep, THandler>(this IServiceCollection services, JobKind kind)
        where TStep : notnull
        where THandler : class, IStepHandler<TStep>
    {
        services.AddSingleton(StepKind.Of<TStep, THandler>(kind));
        services.AddSingleton<THandler>();
    }

    /// <summary>For a process that has the database to itself: whatever still "runs" was left by one that died, and goes back to the queue at once.</summary>
    public static async Task ResumeJobsAsync(IServiceProvider services, CancellationToken stop)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(stop);
        await Sweep.ReleaseAsync(
            db,
            services.GetRequiredService<JobBoard>(),
            services.GetRequiredService<JobGroups>(),
            services.GetRequiredService<ILogger<Sweep>>(),
            job => job.LeaseUntil != null,
            services.GetRequiredService<TimeProvider>().GetUtcNow(),
            stop);
    }

    private static bool IsWorker(IConfiguration configuration) =>
        configuration["Roles"] is not { Length: > 0 } roles || roles.Contains("Worker", StringComparison.OrdinalIgnoreCase);

    private static void Configure(IQuartzBuilder quartz, JobOptions options, DatabaseKind database)
    {
        var kinds = Enum.GetValues<JobKind>();
        quartz.UseDefaultThreadPool(kinds.Sum(options.LimitOf) + 1);
        quartz.UseExecutionLimits(limits =>
        {
            foreach (var kind in kinds)
            {
                limits.ForGroup(kind.ToString(), options.LimitOf(kind));
            }
        });
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.IdleWaitTime = TimeSpan.FromSeconds(2);
            scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
        });
        if (database is { IsShared: true, Factory: { } factory, ConnectionString: { } connectionString })
        {
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(factory, connectionString);
                store.UseSystemTextJsonSerializer();
                store.ConfigureStore(ado => ado.StoreJobDataAsStrings = true);
                store.ProvisionSchema();
                store.UseClustering(cluster => cluster.CheckinInterval = TimeSpan.FromSeconds(5));
            });
        }

        quartz.ScheduleJob<Sweep>(trigger => trigger
            .WithIdentity("sweep")
            .StartNow()
            .WithSimpleSchedule(repeat => repeat.WithInterval(options.Sweep).RepeatForever()));
    }
}
