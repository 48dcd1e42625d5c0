using Downbeat.Components;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Compositions;

/// <summary>What was made of a song: the newest video large, the earlier ones below it.</summary>
public sealed partial class VideosPanel
{
    private CompositionView? featured;
    private IReadOnlyList<CutBlock> blocks = [];
    private SyncReport? sync;
    private bool isMeasuring;

    /// <summary>Whose they are.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>Videos that are made or given up, newest first; null while they are being read.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<CompositionView>? Videos { get; set; }

    /// <summary>Called when the videos are to be read again.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private CompositionStudio Studio { get; set; } = default!;

    [Inject]
    private SyncProof Proof { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        var newest = Videos?.FirstOrDefault(video => video.Status == JobStatus.Succeeded);
        if (newest?.Id == featured?.Id)
        {
            featured = newest;
            return;
        }

        (featured, blocks, sync) = (newest, [], null);
        if (newest is not null)
        {
            blocks = await BlocksOfAsync(newest.Id);
        }
    }

    private async Task MeasureAsync()
    {
        isMeasuring = true;
        await Snackbar.TryAsync(async () => sync = await Proof.ReadAsync(OwnerId, featured!.Id, CancellationToken.None));
        isMeasuring = false;
    }

    private async Task<IReadOnlyList<CutBlock>> BlocksOfAsync(Guid id)
    {
        try
        {
            return CutBlock.Of(await Studio.CutOfAsync(OwnerId, id, CancellationToken.None), []);
        }
        catch (StudioProblem problem) when (problem.Status == 404)
        {
            // Deleted in another tab a moment ago; the list says so when it is read next.
            return [];
        }
    }
}
