using Downbeat.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Clips.Library;

/// <summary>One footage on the page of the library: what it is, what it is called, and where it is used.</summary>
public sealed partial class FootageCard
{
    private ElementReference titleField;
    private ElementReference editButton;
    private bool isEditing;
    private bool hasTurned;
    private bool isBusy;
    private string title = "";
    private string tags = "";

    /// <summary>Whose it is.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The footage.</summary>
    [Parameter, EditorRequired]
    public Footage Footage { get; set; } = default!;

    /// <summary>Called when the list is to be read again.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private FootageLibrary Library { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private bool IsDead => !RendererInfo.IsInteractive;

    // Who works by keyboard goes on where the other side of the card begins.
    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (hasTurned)
        {
            hasTurned = false;
            await (isEditing ? titleField : editButton).FocusAsync();
        }
    }

    private void Edit()
    {
        (title, tags) = (Footage.Title, string.Join(", ", Footage.Tags));
        Turn(true);
    }

    private void Turn(bool toForm) => (isEditing, hasTurned) = (toForm, true);

    private async Task SaveAsync()
    {
        if (await ChangeAsync(() => Library.ChangeAsync(OwnerId, Footage.Id, title, tags.Split(','), CancellationToken.None)))
        {
            Turn(false);
        }
    }

    private async Task DeleteAsync()
    {
        if (Footage.Songs.Count > 0)
        {
            Snackbar.Add(FootageLibrary.InUse(Footage).Message, Severity.Error);
        }
        else if (await Dialogs.ConfirmAsync($"Delete “{Footage.Title}”?", "Its file goes for good. Videos that were already made keep it.", "Delete"))
        {
            await ChangeAsync(() => Library.DeleteAsync(OwnerId, Footage.Id, CancellationToken.None));
        }
    }

    // The list is read again also after a refusal: it says then what somebody else changed.
    private async Task<bool> ChangeAsync(Func<Task> work)
    {
        isBusy = true;
        var isDone = await Snackbar.TryAsync(work);
        await Changed.InvokeAsync();
        isBusy = false;
        return isDone;
    }
}
