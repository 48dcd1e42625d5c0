using System.Globalization;
using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Planning;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using MudBlazor;

namespace Downbeat.Features.Clips.Generating;

/// <summary>Plans scenes for a song, lets them be changed, and has clips made of them.</summary>
public sealed partial class GeneratePanel
{
    private const double UsualSlotSeconds = 12;
    private const double ShortestUsualSeconds = 4;
    private const int FewestUsual = 4;
    private const int MostUsual = 16;

    private static readonly IReadOnlyList<ChoiceOption<string>> Shapes = [new("landscape", "Wide"), new("portrait", "Tall"), new("square", "Square")];

    private readonly HashSet<int> left = [];
    private List<ClipSlot> slots = [];
    private string? style;
    private string generator = "";
    private string shape = "landscape";
    private string picture = "";
    private int count;
    private int seed;
    private bool isLoop;
    private bool isOpen;
    private bool isBusy;
    private bool wasAsked;
    private int plannedVersion;
    private string? problem;

    /// <summary>Whose song it is.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>What was heard in it; null until it was.</summary>
    [Parameter]
    public SongAnalysis? Analysis { get; set; }

    /// <summary>The song's clips; null while they are being read.</summary>
    [Parameter]
    public IReadOnlyList<Clip>? Clips { get; set; }

    /// <summary>Called when clips were asked for.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private ClipMaker Maker { get; set; } = default!;

    [Inject]
    private ClipGenerators Generators { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private List<Clip> Stills => [.. (Clips ?? []).Where(clip => clip is { Status: ClipStatus.Completed, IsStill: true })];

    private bool HasPicture => Stills.Count > 0 || picture == "cover";

    private int Wanted => slots.Count - left.Count;

    private IReadOnlyList<ChoiceOption<string>> GeneratorOptions => [.. Generators.All.Select(each => new ChoiceOption<string>(each.Name, each.Title))];

    /// <inheritdoc/>
    protected override void OnInitialized() => generator = Generators.All[0].Name;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        // A song without clips begins here.
        isOpen |= !wasAsked && Clips is { Count: 0 } && Analysis is not null;
        wasAsked |= Clips is not null && Analysis is not null;
        if (isOpen && Analysis is not null && Analysis.Version != plannedVersion)
        {
            await PlanAsync();
        }
    }

    private string? Ready(string name) => Generators.All.First(each => each.Name == name).Missing is { } missing ? $"{missing} The built-in generator needs nothing." : null;

    private async Task ToggleAsync()
    {
        isOpen = !isOpen;
        if (isOpen && slots.Count == 0 && Analysis is not null)
        {
            await PlanAsync();
        }
    }

    private Task RestyleAsync(string? name)
    {
        style = name;
        return PlanAsync();
    }

    private Task RepictureAsync(string value)
    {
        picture = value;
        return PlanAsync();
    }

    private Task RecountAsync(int value)
    {
        count = Math.Clamp(value, 1, ClipSlots.Most);
        return PlanAsync();
    }

    private Task AnotherAsync()
    {
        seed++;
        return PlanAsync();
    }

    private void Want(int slot, bool isWanted)
    {
        if (isWanted)
        {
            left.Remove(slot);
        }
        else
        {
            left.Add(slot);
        }
    }

    private async Task PlanAsync()
    {
        count = count > 0 ? count : Math.Clamp((int)Math.Round(Analysis!.DurationSeconds / UsualSlotSeconds), Math.Clamp((int)(Analysis.DurationSeconds / ShortestUsualSeconds), 1, FewestUsual), MostUsual);
        plannedVersion = Analysis!.Version;
        try
        {
            slots = [.. await Maker.PlanAsync(OwnerId, SongId, new() { Count = count, Style = style, Picture = WantedPicture, Seed = seed == 0 ? null : seed }, CancellationToken.None)];
            left.Clear();
            problem = null;
        }
        catch (StudioProblem refused)
        {
            (slots, problem) = ([], refused.Message);
        }
    }

    private string? WantedPicture => picture.Length > 0 ? picture : null;

    private async Task GenerateAsync()
    {
        isBusy = true;
        var wanted = slots.Where((_, i) => !left.Contains(i)).Select(slot => new SlotWish(slot.Index, slot.Start, slot.End, WishOf(slot.Scene!))).ToList();
        if (await Snackbar.TryAsync(() => Maker.GenerateAsync(OwnerId, SongId, new() { Generator = generator, Slots = wanted, Shape = shape, IsLoop = isLoop, Picture = WantedPicture }, null, CancellationToken.None)))
        {
            isOpen = false;
            await Changed.InvokeAsync();
        }

        isBusy = false;
    }

    private static SceneWish WishOf(ClipScene scene) => new(scene.Prompt, scene.Visual, scene.Style, scene.Palette, scene.Motion, scene.Camera, scene.Seed);

    private string PictureOf(ClipSlot slot)
    {
        var scene = slot.Scene!;
        return QueryHelpers.AddQueryString($"/api/v1/songs/{SongId}/clips/scene.jpg", new Dictionary<string, string?>
        {
            ["start"] = slot.Start.ToString(CultureInfo.InvariantCulture),
            ["end"] = slot.End.ToString(CultureInfo.InvariantCulture),
            ["visual"] = scene.Visual,
            ["style"] = scene.Style,
            ["palette"] = scene.Palette,
            ["motion"] = scene.Motion,
            ["camera"] = scene.Camera,
            ["seed"] = scene.Seed.ToString(CultureInfo.InvariantCulture),
            ["shape"] = shape,
            ["picture"] = WantedPicture,
            ["version"] = plannedVersion.ToString(CultureInfo.InvariantCulture),
        });
    }
}
