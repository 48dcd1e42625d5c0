using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MudBlazor;

namespace Downbeat.Features.Clips;

/// <summary>The footage of a song: bring it, put it in order, take it away.</summary>
public sealed partial class ClipsPanel
{
    private ElementReference list;
    private IJSObjectReference? module;
    private DotNetObjectReference<ClipsPanel>? self;
    private string? draggable;
    private bool isBusy;
    private bool isChoosing;
    private string? address;

    /// <summary>Whose they are.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>The clips in order; null while they are being read.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Clip>? Clips { get; set; }

    /// <summary>The job that draws clips just now; null when none does.</summary>
    [Parameter]
    public Job? Making { get; set; }

    /// <summary>What was heard in the song; null until it was.</summary>
    [Parameter]
    public SongAnalysis? Analysis { get; set; }

    /// <summary>Called when the clips are to be read again.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private ClipLibrary Library { get; set; } = default!;

    [Inject]
    private JobDesk Desk { get; set; } = default!;

    [Inject]
    private IOptions<ClipOptions> Options { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <summary>A clip was dropped at another place.</summary>
    [JSInvokable]
    public Task DroppedAsync(Guid clipId, int place) =>
        Clips?.ToList().FindIndex(clip => clip.Id == clipId) is >= 0 and var from && from != place ? MoveAsync(from, place) : Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        self?.Dispose();
        try
        {
            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone.
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Clips is not { Count: > 0 })
        {
            draggable = null;
        }
        else if (draggable != list.Id)
        {
            draggable = list.Id;
            self ??= DotNetObjectReference.Create(this);
            module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Clips/ClipsPanel.razor.js"]);
            await module.InvokeVoidAsync("letDrag", list, self);
        }
    }

    // Those that were asked for together just now.
    private IEnumerable<Clip> Wanted => (Clips ?? []).Where(clip => clip.Source == ClipSource.Generated && clip.CreatedAt > Making!.CreatedAt - TimeSpan.FromSeconds(10));

    private double Share => Wanted.Select(clip => clip.Status is ClipStatus.Queued or ClipStatus.Processing ? clip.Progress : 1).DefaultIfEmpty(0).Average();

    private string Counts => string.Join(" · ", new[] { (ClipStatus.Completed, "done"), (ClipStatus.Processing, "being drawn"), (ClipStatus.Queued, "waiting"), (ClipStatus.Failed, "failed") }
        .Select(each => (Count: Wanted.Count(clip => clip.Status == each.Item1), Words: each.Item2))
        .Where(each => each.Count > 0)
        .Select(each => $"{each.Count} {each.Words}"));

    private static bool IsComing(Clip clip) => clip.Status is ClipStatus.Queued or ClipStatus.Processing;

    private static string StateOf(Clip clip) => clip.Status switch
    {
        ClipStatus.Queued => "Waiting",
        ClipStatus.Processing => clip.Source == ClipSource.Generated ? "Drawing" : "Fetching",
        ClipStatus.Cancelled => "Stopped",
        _ => clip.Source == ClipSource.Generated ? "Not drawn" : "Not fetched",
    };

    private static string LengthOf(Clip clip) => clip.DurationSeconds is { } seconds ? Wording.Clock(Math.Max(1, seconds)) : "still";

    private async Task MoveAsync(int from, int to)
    {
        var order = Clips!.Select(clip => clip.Id).ToList();
        var moved = order[from];
        order.RemoveAt(from);
        order.Insert(Math.Clamp(to, 0, order.Count), moved);
        await ChangeAsync(() => Library.ReorderAsync(OwnerId, SongId, order, CancellationToken.None));
    }

    private async Task FetchAsync()
    {
        if (address is { Length: > 0 } wanted && await Snackbar.TryAsync(() => Library.ImportAsync(OwnerId, SongId, wanted, null, CancellationToken.None)))
        {
            address = null;
            await Changed.InvokeAsync();
        }
    }

    private async Task<bool> StopAllAsync() => Making is { } all && await Snackbar.TryAsync(() => Desk.CancelAsync(OwnerId, all.Id, CancellationToken.None));

    private async Task DeleteAsync(Clip clip)
    {
        var rest = clip.Status != ClipStatus.Completed ? ""
            : await Library.IsLastUseAsync(OwnerId, clip.Id, CancellationToken.None) ? " Nothing else uses it, so its file goes for good."
            : " It stays in your clips.";
        if (await Dialogs.ConfirmAsync($"Delete “{clip.Title}”?", $"Videos that were already made keep it.{rest}", "Delete"))
        {
            await ChangeAsync(() => Library.DeleteAsync(OwnerId, clip.Id, CancellationToken.None));
        }
    }

    // The list is read again also after a refusal: it says then what somebody else changed.
    private async Task ChangeAsync(Func<Task> work)
    {
        isBusy = true;
        await Snackbar.TryAsync(work);
        await Changed.InvokeAsync();
        isBusy = false;
        StateHasChanged();
    }
}
