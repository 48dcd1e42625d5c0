using Downbeat.Features.Clips.Fetching;
using Downbeat.Jobs;
using Downbeat.Storage;

namespace Downbeat.Features.Clips;

/// <summary>The step that fetches a clip from an address.</summary>
internal sealed record ImportClip(Guid ClipId, string Url);

/// <summary>Fetches the file, checks it like an upload, and puts it in the clip's place.</summary>
internal sealed class ImportClipHandler(ClipLibrary library, Fetcher fetcher, FileStore files) : IStepHandler<ImportClip>
{
    private const double FetchedShare = 0.8;

    /// <inheritdoc/>
    public async Task<StepOutcome> RunAsync(ImportClip step, StepContext context, CancellationToken stop)
    {
        var clip = await library.GetAsync(context.OwnerId, step.ClipId, stop);
        files.EnsureRoom(library.MaxBytes);
        using var workspace = files.OpenWorkspace(context.WorkspaceName);
        context.Report("Fetching", 0);
        var upload = await fetcher.FetchAsync(
            new Uri(step.Url), workspace.File("fetched"), library.MaxBytes, library.TooLarge, done => context.Report("Fetching", FetchedShare * done), stop);
        context.Log(FormattableString.Invariant($"{upload.SizeBytes / 1e6:0.0} MB came."));
        context.Report("Checking", FetchedShare);
        return await library.DeliverAsync(clip, upload, workspace, stop);
    }
}
