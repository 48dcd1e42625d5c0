using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Downbeat.Components;

/// <summary>A place to drop files, or to choose them, that sends each to <see cref="Url"/> as the multipart field <c>file</c>.</summary>
public sealed partial class UploadZone
{
    private readonly List<Transfer> transfers = [];
    private readonly string hintId = $"hint-{Guid.NewGuid():N}";
    private ElementReference zone;
    private IJSObjectReference? module;
    private IJSObjectReference? sender;
    private bool isGone;
    private DotNetObjectReference<UploadZone>? self;

    /// <summary>Where files are posted to.</summary>
    [Parameter, EditorRequired]
    public string Url { get; set; } = "";

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

    /// <summary>A file was chosen.</summary>
    [JSInvokable]
    public void Added(string id, string name, long sizeBytes)
    {
        transfers.Add(new(id, name, sizeBytes));
        StateHasChanged();
    }

    /// <summary>A file has come this far, 0 to 1.</summary>
    [JSInvokable]
    public void Moved(string id, double fraction) => Change(id, transfer => transfer.Fraction = fraction);

    /// <summary>A file was refused or did not arrive.</summary>
    [JSInvokable]
    public void Failed(string id, string problem) => Change(id, transfer => transfer.Problem = problem);

    /// <summary>A file was taken.</summary>
    [JSInvokable]
    public async Task Done(string id)
    {
        transfers.RemoveAll(transfer => transfer.Id == id);
        await Uploaded.InvokeAsync();
        StateHasChanged();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Components/UploadZone.razor.js"]);
            sender = isGone ? null : await module.InvokeAsync<IJSObjectReference>("attach", zone, self, Url);
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

    private async Task DropAsync(Transfer transfer)
    {
        transfers.Remove(transfer);
        if (transfer.Problem is null && sender is not null)
        {
            await sender.InvokeVoidAsync("cancel", transfer.Id);
        }
    }

    private void Change(string id, Action<Transfer> change)
    {
        if (transfers.Find(transfer => transfer.Id == id) is { } transfer)
        {
            change(transfer);
            StateHasChanged();
        }
    }

    private sealed record Transfer(string Id, string Name, long SizeBytes)
    {
        public double Fraction { get; set; }

        public string? Problem { get; set; }

        public int Percent => (int)(Fraction * 100);

        public bool IsSent => Fraction >= 1;

        public string State => Fraction switch
        {
            >= 1 => "Checking…",
            > 0 => $"{Percent}% of {Wording.Size(SizeBytes)}",
            _ => "Waiting",
        };
    }
}
