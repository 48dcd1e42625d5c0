using Downbeat.Data;

namespace Downbeat.Jobs;

/// <summary>
/// Does one kind of step. It may run twice without harm, obeys its token, and hands its result back to be published together with the end of the job.
/// </summary>
/// <typeparam name="TStep">A small record of ids and primitives.</typeparam>
internal interface IStepHandler<in TStep>
{
    /// <summary>Does the work.</summary>
    /// <exception cref="StudioProblem">A failure that trying again will not mend.</exception>
    Task<StepOutcome> RunAsync(TStep step, StepContext context, CancellationToken stop);
}

/// <summary>How a step ended.</summary>
internal sealed record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>Writes the result; runs in one transaction with the end of the job, and only when this attempt still holds it.</summary>
    public Func<StudioDb, CancellationToken, Task>? Publish { get; private init; }

    /// <summary>Runs after the result is there for all to see, to drop what was kept of the old one.</summary>
    public Func<ValueTask>? Published { get; private init; }

    /// <summary>Runs when the result could not be published, to remove what was made for it.</summary>
    public Func<ValueTask>? Abandoned { get; private init; }

    /// <summary>
    /// The work is done; <paramref name="publish"/> writes its result, <paramref name="published"/> follows when that is committed, <paramref name="abandoned"/> when the
    /// attempt no longer holds the job.
    /// </summary>
    public static StepOutcome Done(
        Func<StudioDb, CancellationToken, Task>? publish = null, Func<ValueTask>? published = null, Func<ValueTask>? abandoned = null) =>
        new() { Publish = publish, Published = published, Abandoned = abandoned };
}

/// <summary>What a running step knows of its job and tells about itself.</summary>
internal sealed class StepContext(Guid jobId, Guid ownerId, int attempt, Action<string, double> report, Action<string> log, Func<bool>? isCancelled = null)
{
    /// <summary>The job.</summary>
    public Guid JobId { get; } = jobId;

    /// <summary>Whose work it is.</summary>
    public Guid OwnerId { get; } = ownerId;

    /// <summary>This attempt, from 1.</summary>
    public int Attempt { get; } = attempt;

    /// <summary>Whether a person wants it to end: then nothing of it is kept for a later attempt. When only the studio goes down, a step may keep what it has.</summary>
    public bool IsCancelled => isCancelled?.Invoke() ?? false;

    /// <summary>Name for the step's workspace: one per attempt, so that a late predecessor cannot write into it.</summary>
    public string WorkspaceName => $"{JobId:N}-{Attempt}";

    /// <summary>Tells where the work stands. Cheap: call it as often as you like.</summary>
    /// <param name="stage">A word or two.</param>
    /// <param name="progress">0 to 1 of the whole step.</param>
    public void Report(string stage, double progress) => report(stage, progress);

    /// <summary>Adds a line to the job's log.</summary>
    public void Log(string line) => log(line);
}

/// <summary>Ties the name of a step to its kind and handler.</summary>
internal sealed record StepKind(string Name, Type Type, JobKind Kind, Func<IServiceProvider, object, StepContext, CancellationToken, Task<StepOutcome>> RunAsync)
{
    /// <summary>Describes one kind of step.</summary>
    public static StepKind Of<TStep, THandler>(JobKind kind)
        where TStep : notnull
        where THandler : class, IStepHandler<TStep> =>
        new(typeof(TStep).Name, typeof(TStep), kind, (services, step, context, stop) => services.GetRequiredService<THandler>().RunAsync((TStep)step, context, stop));
}
