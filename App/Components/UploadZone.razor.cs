using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Downbeat.Components;

/// <summary>
/// A place to drop files, or to choose them, from where they go to the studio in parts. It also shows those that an earlier page began: they go on by themselves, or when the file is chosen again.
/// </summary>
public sealed partial class UploadZone
{
    private readonly List<UploadRow> transfers = [];
    private readonly string hintId = $"hint-{Guid.NewGuid():N}";
    private ElementReference zone;
    private IJSObjectReference? module;
    private IJSObjectReference? sender;
    private bool isGone;
    private DotNetObjectReference<UploadZone>? self;

    /// <summary>Whose files they are.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>What they become, as uploads name it: <c>song</c>.</summary>
    [Parameter, EditorRequired]
    public string Target { get; set; } = "";

    /// <summary>The song that they are for; null when they are for none.</summary>
    [Parameter]
    public Guid? SongId { get; set; }

    /// <summary>What it asks for, in a few words.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>Formats and limits.</summary>
    [Parameter]
    public string Hint { get; set; } = "";

    /// <summary>What the file chooser offers; the server decides by content.</summary>
    [Parameter]
    public string Accept { get; set; } = "";

    /// <summary>Several files at once.</summary>
    [Parameter]
    public bool IsMultiple { get; set; }

    /// <summary>Less tall, for a page that is already full.</summary>
    [Parameter]
    public bool IsCompact { get; set; }

    /// <summary>Called after each file that was taken.</summary>
    [Parameter]
    public EventCallback Uploaded { get; set; }

    /// <summary>Some files are as far as this now; the same may be said twice.</summary>
    [JSInvokable]
    public async Task Show(IReadOnlyList<UploadRow> rows)
    {
        foreach (var row in rows)
        {
            var place = transfers.FindIndex(transfer => transfer.Id == row.Id);
            if (row.Stage is UploadStage.Done or UploadStage.Dropped)
            {
                transfers.RemoveAll(transfer => transfer.Id == row.Id);
            }
            else if (place < 0)
            {
                transfers.Add(row);
            }
            else
            {
                transfers[place] = row;
            }
        }

        StateHasChanged();
        if (rows.Any(row => row.Stage == UploadStage.Done))
        {
            await Uploaded.InvokeAsync();
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Components/UploadZone.razor.js"]);
            sender = isGone ? null : await module.InvokeAsync<IJSObjectReference>("attach", zone, self, new { owner = OwnerId, target = Target, song = SongId });
            if (isGone)
            {
                await ReleaseAsync();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        self?.Dispose();
        await ReleaseAsync();
    }

    private async Task ReleaseAsync()
    {
        var (oldSender, oldModule) = (sender, module);
        (sender, module) = (null, null);
        try
        {
            if (oldSender is not null)
            {
                await oldSender.InvokeVoidAsync("dispose");
                await oldSender.DisposeAsync();
            }

            if (oldModule is not null)
            {
                await oldModule.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private async Task DropAsync(UploadRow transfer)
    {
        transfers.Remove(transfer);
        if (sender is not null)
        {
            await sender.InvokeVoidAsync("drop", transfer.Id);
        }
    }
}
