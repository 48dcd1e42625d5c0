using Downbeat.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Downbeat.Features.Lyrics;

/// <summary>The words of a song: bring them, put them in their place, take them along.</summary>
public sealed partial class LyricsPanel : IAsyncDisposable
{
    // Not disposed: a save that outlives the page lets go of it.
    private readonly SemaphoreSlim turn = new(1);
    private readonly LyricRows rows = new();
    private ElementReference root;
    private IJSObjectReference? module;
    private IJSObjectReference? keys;
    private SongLyrics? lyrics;
    private Guid shown;
    private int? selected;
    private int shape;
    private bool takesLaterAlong;
    private bool hasFocusToGive;
    private bool isRead;

    /// <summary>Whose they are.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>Where the player stands, in seconds; without it the buttons that need it are not shown.</summary>
    [Parameter]
    public Func<Task<double>>? Playhead { get; set; }

    /// <summary>Called with the lines whenever they were read or changed; none when the song has no words.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<LyricLine>> Changed { get; set; }

    [Inject]
    private LyricSheet Sheet { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private int Untimed => lyrics!.Lines.Count(line => line.Start is null);

    private string EstimateText =>
        (Untimed > 0 ? $"{Wording.Count(Untimed, "line")} without a time. " : "")
        + (Estimated > 0 ? $"{Wording.Count(Estimated, "time")} (≈) spread over the singing as an estimate. Put some in their place, then spread the rest between them." : "");

    private int Estimated => lyrics!.Lines.Count(line => line.IsEstimate);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (keys is not null)
            {
                await keys.InvokeVoidAsync("dispose");
                await keys.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page went with its circuit, and everything in it.
        }
    }

    /// <summary>Somebody works at a line.</summary>
    internal void Select(int id)
    {
        if (selected != id)
        {
            selected = id;
            StateHasChanged();
        }
    }

    /// <summary>Lets a line begin at a time.</summary>
    /// <returns>Whether it does; otherwise the page has said why not.</returns>
    internal Task<bool> MoveAsync(int place, Func<double> seconds) => EditAsync((lines, duration) => LyricEdits.Begin(lines, place, seconds(), takesLaterAlong, duration));

    /// <summary>Changes the lines, given all of them and the length of the song. Refused when other lines than those on the page have come in between.</summary>
    /// <returns>Whether it was done; otherwise the page has said why not.</returns>
    internal async Task<bool> EditAsync(Func<IReadOnlyList<LyricLine>, double, IReadOnlyList<LyricLine>> edit)
    {
        var pressed = shape;
        var isDone = await SaveAsync(
            () => lyrics is { Version: var version } && pressed == shape ? Sheet.EditAsync(OwnerId, SongId, version, edit, CancellationToken.None) : throw LyricSheet.Changed);
        if (selected is not null && rows.All.All(row => row.Id != selected))
        {
            (selected, hasFocusToGive) = (null, true);
            StateHasChanged();
        }

        return isDone;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (RendererInfo.IsInteractive && shown != SongId)
        {
            shown = SongId;
            await LoadAsync();
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Lyrics/LyricsPanel.razor.js"]);
            keys = await module.InvokeAsync<IJSObjectReference>("attach", root);
            StateHasChanged();
        }

        if (hasFocusToGive)
        {
            hasFocusToGive = false;
            await root.FocusAsync(preventScroll: true);
        }
    }

    private string Export(string format) => $"/api/v1/songs/{SongId}/lyrics.{format}";

    private async Task LoadAsync()
    {
        await Snackbar.TryAsync(async () => lyrics = await Sheet.FindAsync(OwnerId, SongId, CancellationToken.None));
        selected = null;
        isRead = true;
        shape++;
        await ShowAsync();
    }

    private Task ShowAsync()
    {
        var lines = lyrics?.Lines ?? [];
        rows.Show(lines);
        return Changed.InvokeAsync(lines);
    }

    private Task<bool> PasteAsync() => SaveAsync(async () => await Sheet.ImportAsync(OwnerId, SongId, await PastedAsync(), CancellationToken.None));

    // As a stream: the words of a long song are more than one message over the circuit may hold.
    private async Task<byte[]> PastedAsync()
    {
        await using var pasted = await keys!.InvokeAsync<IJSStreamReference>("words");
        if (pasted.Length is 0 or > LyricText.MaxBytes)
        {
            return pasted.Length == 0 ? [] : throw LyricText.TooLarge;
        }

        await using var stream = await pasted.OpenReadStreamAsync(LyricText.MaxBytes);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task DeleteAsync()
    {
        if (await Dialogs.ConfirmAsync("Remove the lyrics?", "The words, their times and all changes go. Files that you took along stay.", "Remove"))
        {
            await Snackbar.TryAsync(() => Sheet.DeleteAsync(OwnerId, SongId, CancellationToken.None));
            await LoadAsync();
        }
    }

    // One after the other, each from what the one before it left. After a refusal the page shows again what stands.
    private async Task<bool> SaveAsync(Func<Task<SongLyrics>> change)
    {
        await turn.WaitAsync();
        try
        {
            var before = lyrics;
            var isDone = await Snackbar.TryAsync(async () => lyrics = await change());
            if (!isDone)
            {
                await Snackbar.TryAsync(async () => lyrics = await Sheet.FindAsync(OwnerId, SongId, CancellationToken.None));
            }

            // What was pressed for the lines as they were, such as by a double click, must not hit others.
            if (lyrics?.Lines.Count != before?.Lines.Count || (!isDone && lyrics?.Version != before?.Version))
            {
                shape++;
            }

            await ShowAsync();
            StateHasChanged();
            return isDone;
        }
        finally
        {
            turn.Release();
        }
    }
}
