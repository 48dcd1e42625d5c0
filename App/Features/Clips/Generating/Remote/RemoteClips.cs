using System.Collections.Concurrent;
using Downbeat.Features.Clips.Fetching;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips.Generating.Remote;

/// <summary>The slot for a service that makes films from words: begins the work there, waits until it is done, and fetches the film. What was paid for is gone on with after a break.</summary>
internal sealed class RemoteClips(PredictionService service, ChargeBook charges, Fetcher fetcher, ClipLibrary library, IOptions<RemoteOptions> options, TimeProvider clock, ILogger<RemoteClips> logger)
    : IClipGenerator, IDisposable
{
    private const double WaitedShare = 0.75;
    private const double FetchedShare = 0.95;
    private const int WebhookPatience = 10;

    private readonly SemaphoreSlim turns = new(options.Value.Concurrency);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = [];

    /// <inheritdoc/>
    public string Name => "remote";

    /// <inheritdoc/>
    public string Title => options.Value.Title;

    /// <inheritdoc/>
    public string? Missing => options.Value.IsConfigured ? null : "No remote generator is set up: the administrator names a service in RemoteGenerator:Address, RemoteGenerator:Token and RemoteGenerator:Model.";

    /// <inheritdoc/>
    public Task EnsureAsync(Guid ownerId, int clips, CancellationToken stop) => charges.EnsureAsync(ownerId, clips, stop);

    /// <inheritdoc/>
    public async Task<Upload> MakeAsync(GenerateClip wish, StepContext context, Workspace workspace, CancellationToken stop)
    {
        context.Report("Waiting for the remote generator", 0);
        try
        {
            await turns.WaitAsync(stop);
            try
            {
                return await FinishAsync(await BeginAsync(wish, context, stop), workspace, context, stop);
            }
            finally
            {
                turns.Release();
            }
        }
        catch (OperationCanceledException) when (context.IsCancelled)
        {
            if (await charges.FindOpenAsync(wish.ClipId, CancellationToken.None) is { RemoteId: { Length: > 0 } begun })
            {
                await service.CancelAsync(begun, logger);
            }

            await charges.CloseAsync(wish.ClipId);
            throw;
        }
        catch (StudioProblem problem) when (IsFinal(problem))
        {
            await charges.CloseAsync(wish.ClipId);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask SettleAsync(Guid clipId) => await charges.CloseAsync(clipId);

    /// <summary>The service says that something has ended: whoever waits for it looks at once.</summary>
    /// <param name="id">The service's own name of the work.</param>
    public void Wake(string id)
    {
        if (waiting.TryGetValue(id, out var wake))
        {
            wake.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    /// <summary>Waits for the work and fetches its film. The charge stays open until the film is kept: what breaks off before goes on with it instead of paying again.</summary>
    private async Task<Upload> FinishAsync(string id, Workspace workspace, StepContext context, CancellationToken stop)
    {
        var film = FilmOf(await WaitAsync(id, context, stop));
        context.Report("Fetching", WaitedShare);
        return await fetcher.FetchAsync(film, workspace.File("fetched"), library.MaxBytes, library.TooLarge, done => context.Report("Fetching", WaitedShare + ((FetchedShare - WaitedShare) * done)), stop);
    }

    // Nothing will come of this work. A full disk or a token that is not accepted say nothing about it.
    private static bool IsFinal(StudioProblem problem) =>
        problem.Status is 413 or 415 || problem.Code is "generator.failed" or "generator.nonsense" or "generator.timed_out" or "generator.refused" or "import.not_there" or "import.address_refused" or "import.redirects";

    private static Uri FilmOf(Prediction made)
    {
        if (made.HasFailed)
        {
            throw new StudioProblem(422, "generator.failed", $"The remote generator could not make this clip{(made.Reason.Length > 0 ? $": {made.Reason}" : "")}. Try again, with another prompt perhaps, or have it drawn by the built-in generator.");
        }

        return made.FilmAddress is { } address && Uri.TryCreate(address, UriKind.Absolute, out var film) && film.Scheme is "http" or "https"
            ? film
            : throw new StudioProblem(422, "generator.nonsense", "The remote generator says that it is done, but not where the film is; try again, or have the clip drawn by the built-in generator.");
    }

    /// <summary>Goes on with what was begun, or begins.</summary>
    private async Task<string> BeginAsync(GenerateClip wish, StepContext context, CancellationToken stop)
    {
        var charge = await charges.FindOpenAsync(wish.ClipId, stop);
        if (charge is { RemoteId: { Length: > 0 } known })
        {
            context.Log($"Going on with {known}.");
            return known;
        }

        // Spent already when an earlier attempt asked and heard nothing: the service may have begun, and knows by the key that this is the same.
        charge ??= await charges.SpendAsync(context.OwnerId, wish.ClipId, stop);
        try
        {
            var webhook = options.Value.HasWebhook ? $"{options.Value.StudioAddress!.TrimEnd('/')}/api/v1/clips/generators/remote/webhook" : null;
            var begun = await service.CreateAsync(InputOf(wish), webhook, $"{charge.Id:N}", stop);
            await charges.NoteAsync(charge, begun.Id!);
            context.Log($"Begun as {begun.Id}.");
            return begun.Id!;
        }
        catch (StudioProblem)
        {
            await charges.TakeBackAsync(charge);
            throw;
        }
    }

    private async Task<Prediction> WaitAsync(string id, StepContext context, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        var pause = options.Value.PollInterval * (options.Value.HasWebhook ? WebhookPatience : 1);
        while (true)
        {
            var wake = waiting.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
            try
            {
                var prediction = await AskAsync(id, context, stop);
                if (prediction is { HasSucceeded: true } or { HasFailed: true })
                {
                    return prediction;
                }

                var waited = clock.GetElapsedTime(began);
                if (waited > options.Value.Timeout)
                {
                    await service.CancelAsync(id, logger);
                    throw new StudioProblem(422, "generator.timed_out", $"The remote generator was not done within {options.Value.Timeout.TotalMinutes:0.#} minutes; try again later, or have the clip drawn by the built-in generator.");
                }

                // Without a word from the service: half of the way after a sixth of the patience, never quite there.
                context.Report("Being made elsewhere", WaitedShare * (prediction?.Progress is >= 0 and <= 1 ? prediction.Progress.Value : waited / (waited + (options.Value.Timeout / 6))));
                await Task.WhenAny(wake.Task, Task.Delay(pause, clock, stop));
                stop.ThrowIfCancellationRequested();
            }
            finally
            {
                waiting.TryRemove(id, out _);
            }
        }
    }

    /// <summary>How the work stands; null when the service cannot say so just now, which costs a clip that is being made no attempt.</summary>
    private async Task<Prediction?> AskAsync(string id, StepContext context, CancellationToken stop)
    {
        try
        {
            return await service.FindAsync(id, stop);
        }
        catch (TransientProblem problem)
        {
            context.Log(problem.Message);
            return null;
        }
    }

    private Dictionary<string, object> InputOf(GenerateClip wish)
    {
        var length = wish.End - wish.Start;
        var seconds = options.Value.Seconds.Where(each => each >= length).DefaultIfEmpty(options.Value.Seconds.DefaultIfEmpty((int)Math.Ceiling(Math.Min(length, options.Value.MaxSeconds))).Max()).Min();
        var input = new Dictionary<string, object>
        {
            ["prompt"] = wish.Scene.Prompt,
            ["seed"] = wish.Scene.Seed,
            ["duration"] = seconds,
            ["aspect_ratio"] = wish.Width > wish.Height ? "16:9" : wish.Width < wish.Height ? "9:16" : "1:1",
        };
        foreach (var (name, value) in options.Value.Input)
        {
            input[name] = long.TryParse(value, out var whole) ? whole : double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : bool.TryParse(value, out var flag) ? flag : value;
        }

        return input;
    }
}
