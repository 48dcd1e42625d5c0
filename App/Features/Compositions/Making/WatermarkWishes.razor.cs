using Downbeat.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Compositions.Making;

/// <summary>A picture over the whole video: which one, where, how large.</summary>
public sealed partial class WatermarkWishes
{
    private static readonly ChoiceOption<string>[] Corners =
        [new("topLeft", "Top left"), new("topRight", "Top right"), new("bottomLeft", "Bottom left"), new("bottomRight", "Bottom right"), new("centre", "Middle")];

    private readonly string name = $"mark-{Guid.NewGuid():N}";

    /// <summary>The wishes.</summary>
    [Parameter, EditorRequired]
    public WishSheet Sheet { get; set; } = default!;

    /// <summary>Whose song it is.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    [Inject]
    private WatermarkShelf Shelf { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private IReadOnlyList<WatermarkPicture> Pictures { get; set; } = [];

    private WatermarkWish? Mark => Sheet.Settings.Watermark;

    private string Says => Mark is null ? "none" : $"{VideoWishes.LabelOf(Corners, Mark.Corner ?? "bottomRight").ToLowerInvariant()}, {Math.Round(100 * (Mark.Width ?? 0.15))} % wide";

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync() => Pictures = await Shelf.ListAsync(OwnerId, Sheet.SongId, CancellationToken.None);

    private Task ChooseAsync(Guid picture) => ChangeAsync((Mark ?? new(null, null, null, null)) with { PictureId = picture });

    private Task ChangeAsync(WatermarkWish mark) => Sheet.Change(Sheet.Settings with { Watermark = mark });

    // The newest is the one that has just come.
    private async Task UploadedAsync()
    {
        await ReadAsync();
        if (Pictures.Count > 0)
        {
            await ChooseAsync(Pictures[0].Id);
        }
    }

    private async Task RemoveAsync(WatermarkWish mark)
    {
        if (await Dialogs.ConfirmAsync("Remove this picture?", "Finished videos keep it. Videos that are still to be rendered with it will fail.", "Remove")
            && await Snackbar.TryAsync(() => Shelf.DeleteAsync(OwnerId, Sheet.SongId, mark.PictureId!.Value, CancellationToken.None)))
        {
            await ReadAsync();
            await Sheet.Change(Sheet.Settings with { Watermark = null });
        }
    }
}
