using Downbeat.Media;
using Downbeat.Timing;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Downbeat.Features.Compositions;

/// <summary>Has a part of a film rendered and plays it. Whoever closes it meanwhile stops the work.</summary>
public sealed partial class PreviewDialog : IDisposable
{
    private readonly string id = $"preview-{Guid.NewGuid():N}";
    private readonly CancellationTokenSource gone = new();
    private ElementReference root;
    private FilmPreview? preview;
    private string? problem;

    /// <summary>What is seen.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>Width of the film, to leave room for it.</summary>
    [Parameter]
    public int Width { get; set; } = 16;

    /// <summary>Its height.</summary>
    [Parameter]
    public int Height { get; set; } = 9;

    /// <summary>Renders it.</summary>
    [Parameter, EditorRequired]
    public Func<CancellationToken, Task<FilmPreview>> Render { get; set; } = default!;

    /// <summary>Called when it was closed.</summary>
    [Parameter]
    public EventCallback Closed { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private ILogger<PreviewDialog> Log { get; set; } = default!;

    private string Says => preview is null ? "Small and quickly coded, with the song." : $"{ClockTime.Text(preview.Start, 1)} to {ClockTime.Text(preview.End, 1)}, small and quickly coded.";

    /// <inheritdoc/>
    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        var stop = gone.Token;
        await using (var module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Compositions/PreviewDialog.razor.js"]))
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            await module.InvokeVoidAsync("open", root);
        }

        await RenderAsync(stop);
    }

    private async Task RenderAsync(CancellationToken stop)
    {
        try
        {
            preview = await Render(stop);
        }
        catch (StudioProblem refusal)
        {
            problem = refusal.Message;
        }
        catch (MediaFailure failure)
        {
            Log.LogError(failure, "A preview could not be rendered. {ErrorTail}", failure.ErrorTail);
            problem = $"The preview could not be rendered. {failure.Message}";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was closed; nobody looks any more.
            return;
        }

        StateHasChanged();
    }
}
