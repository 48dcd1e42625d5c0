using Downbeat.Features.Compositions.Planning;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>Shows the clip of the shot that the song has come to.</summary>
public sealed partial class CutPreview : IAsyncDisposable
{
    private ElementReference root;
    private IJSObjectReference? module;
    private IJSObjectReference? preview;
    private OpenTimeline? shown;
    private bool isGone;

    /// <summary>The cut.</summary>
    [Parameter, EditorRequired]
    public OpenTimeline Open { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        await ReleaseAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Compositions/Timeline/CutPreview.razor.js"]);
            preview = isGone ? null : await module.InvokeAsync<IJSObjectReference>("create", root);
            if (isGone)
            {
                await ReleaseAsync();
            }
        }

        if (preview is not null && !ReferenceEquals(shown, Open))
        {
            shown = Open;
            await preview.InvokeVoidAsync("update", new { Fit = ShotWords.Code(Open.Cut.Fit), Shots = Open.Cut.Shots.Select(ReelOf), Ends = Open.SongSeconds(Open.Cut.Frames) });
        }
    }

    private object ReelOf(Shot shot)
    {
        var clip = Open.Footage.FirstOrDefault(clip => clip.Id == shot.ClipId);
        return new
        {
            Start = Open.SongSeconds(shot.Frames.Start),
            Clip = clip?.Id,
            IsStill = clip?.IsStill ?? false,
            From = shot.SourceStartSeconds,
            shot.Speed,
            Seconds = clip?.DurationSeconds ?? 0,
            Loops = shot.Filling == Filling.Loop,
        };
    }

    private async Task ReleaseAsync()
    {
        var (oldPreview, oldModule) = (preview, module);
        (preview, module) = (null, null);
        try
        {
            if (oldPreview is not null)
            {
                await oldPreview.InvokeVoidAsync("dispose");
                await oldPreview.DisposeAsync();
            }

            if (oldModule is not null)
            {
                await oldModule.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and the preview with it.
        }
    }
}
