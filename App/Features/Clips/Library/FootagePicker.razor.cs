using Downbeat.Components;
using Downbeat.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Downbeat.Features.Clips.Library;

/// <summary>Chooses footage of the library for a song and adds it.</summary>
public sealed partial class FootagePicker : IAsyncDisposable
{
    private const int PageSize = 24;
    private readonly string id = $"picker-{Guid.NewGuid():N}";
    private readonly CancellationTokenSource gone = new();
    private readonly List<Guid> chosen = [];
    private readonly List<Footage> found = [];
    private Resting<string> typing = default!;
    private ElementReference root;
    private IJSObjectReference? module;
    private Page<Footage>? page;
    private string wanted = "";
    private string searched = "";
    private int reads;
    private bool isBusy;

    /// <summary>Whose they are.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song that gets them.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>Called when the song has got some.</summary>
    [Parameter]
    public EventCallback Added { get; set; }

    /// <summary>Called when it was closed.</summary>
    [Parameter]
    public EventCallback Closed { get; set; }

    [Inject]
    private FootageLibrary Library { get; set; } = default!;

    [Inject]
    private ClipLibrary Clips { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
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
    protected override Task OnInitializedAsync()
    {
        typing = new(Clock, FindAsync);
        return FindAsync("");
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Clips/Library/FootagePicker.razor.js"]);
            await module.InvokeVoidAsync("open", root);
        }
    }

    private async Task FindAsync(string search)
    {
        if (!gone.IsCancellationRequested && await ReadAsync(search, 1))
        {
            searched = search;
        }
    }

    private async Task MoreAsync() => await ReadAsync(searched, page!.PageNumber + 1);

    /// <returns>False when somebody has typed on meanwhile.</returns>
    private async Task<bool> ReadAsync(string search, int number)
    {
        var read = ++reads;
        var next = await Library.ListAsync(OwnerId, search, null, new Paging(number, PageSize), gone.Token);
        if (read != reads)
        {
            return false;
        }

        page = next;
        if (number == 1)
        {
            found.Clear();
        }

        // What came to the library between two pages moves others to the second one again.
        found.AddRange(next.Items.ExceptBy(found.Select(footage => footage.Id), footage => footage.Id));
        return true;
    }

    private void Choose(Guid footageId)
    {
        if (!chosen.Remove(footageId))
        {
            chosen.Add(footageId);
        }
    }

    private async Task AddAsync()
    {
        isBusy = true;
        if (await Snackbar.TryAsync(() => Clips.UseAsync(OwnerId, SongId, chosen, CancellationToken.None)))
        {
            await Added.InvokeAsync();
            await module!.InvokeVoidAsync("close", root);
        }

        isBusy = false;
    }
}
