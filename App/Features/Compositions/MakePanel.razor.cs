using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Timeline;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Compositions;

/// <summary>What the video shall be like, the cut that this gives, and the button.</summary>
public sealed partial class MakePanel
{
    private static readonly CompositionSettings Usual = new();

    private CompositionSettings settings = Usual;
    private Guid? remembered;
    private Cut? cut;
    private IReadOnlyList<CutBlock> blocks = [];
    private IReadOnlyList<string> said = [];
    private FilmEstimate? estimate;
    private (Cut Cut, CompositionSettings Settings)? previewed;
    private StudioProblem? problem;
    private string waiting = "";
    private ElementReference title;
    private ElementReference maker;
    private bool isStarting;
    private int plans;
    private (int? AnalysisVersion, IReadOnlyList<Clip>? Clips, int Running) planned;

    /// <summary>Whose video it will be.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>What was heard; null while nothing was.</summary>
    [Parameter, EditorRequired]
    public SongAnalysis? Analysis { get; set; }

    /// <summary>The clips in order; null while they are being read.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Clip>? Clips { get; set; }

    /// <summary>Videos of the song that are being made.</summary>
    [Parameter]
    public IReadOnlyList<CompositionView> Running { get; set; } = [];

    /// <summary>Called when the videos are to be read again.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private CompositionStudio Studio { get; set; } = default!;

    [Inject]
    private FilmPreviews Previews { get; set; } = default!;

    [Inject]
    private TimelineDesk Timelines { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private WishSheet Sheet => new(SongId, settings, problem, WishAsync);

    private IReadOnlyList<EffectWish> Effects => settings.Effects ?? [];

    private string? FixedBy => PlatformPreset.Read(settings.Platform) is { } platform ? $"As {platform.Name} wants it; see Format." : null;

    private bool IsFlashSafe => settings.FlashSafe ?? true;

    private string Words => settings.Captions is { } captions ? captions.Style ?? "bottom" : "none";

    private double SongSeconds => Analysis?.DurationSeconds ?? 0;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (remembered != SongId)
        {
            var songId = SongId;
            (remembered, settings, planned, previewed) = (songId, Usual, default, null);
            plans++;
            Show(null, null);
            var last = await Timelines.LastSettingsAsync(OwnerId, songId, CancellationToken.None);

            // Meanwhile another song may have come, or something been chosen for this one.
            if (songId != SongId)
            {
                return;
            }

            settings = settings == Usual && last is not null ? VideoWishes.Opened(last) : settings;
            planned = default;
        }

        // A finished video leaves pieces behind: the next one costs less.
        if (planned != (Analysis?.Version, Clips, Running.Count))
        {
            planned = (Analysis?.Version, Clips, Running.Count);
            await PlanAsync();
        }
    }

    private Task WishAsync(CompositionSettings wanted)
    {
        settings = wanted;
        return PlanAsync();
    }

    // The buttons that were pressed go away; what comes next has the focus then.
    private async Task ForgetAsync()
    {
        await WishAsync(Usual);
        await title.FocusAsync();
    }

    private async Task MendAsync(PlanRemedy remedy)
    {
        await WishAsync(remedy.Settings);
        if (cut is not null)
        {
            await maker.FocusAsync();
        }
    }

    private Task SayAsync(string place) =>
        WishAsync(settings with { Captions = place == "none" ? null : (settings.Captions ?? new() { Source = "lyrics" }) with { Style = place } });

    private async Task GuardAsync(bool isSafe)
    {
        if (isSafe || await FlashVerdict.ConfirmUnguardedAsync(Dialogs))
        {
            await WishAsync(settings with { FlashSafe = isSafe ? null : false });
        }
    }

    private async Task PlanAsync()
    {
        var plan = ++plans;
        waiting = (Analysis, Clips) switch
        {
            (_, null) => "",
            (null, _) => "The cut appears here once the song has been heard.",
            (_, { Count: 0 }) => "The cut appears here once there is a clip.",
            _ => "",
        };
        if (Analysis is null || Clips is not { Count: > 0 })
        {
            Show(null, null);
            return;
        }

        try
        {
            var wanted = settings;
            var found = await Studio.PlanAsync(OwnerId, SongId, wanted, CancellationToken.None);

            // Somebody may have chosen again meanwhile; the answer to an older wish must not stand above the button.
            if (plan != plans)
            {
                return;
            }

            Show(found, null);
            var cost = await Studio.EstimateAsync(OwnerId, SongId, found, wanted, CancellationToken.None);
            if (plan == plans)
            {
                estimate = cost;
                StateHasChanged();
            }
        }
        catch (StudioProblem refusal)
        {
            if (plan == plans)
            {
                Show(null, refusal);
            }
        }
    }

    private void Show(Cut? found, StudioProblem? refusal)
    {
        (cut, problem, estimate) = (found, refusal, null);
        blocks = found is null ? [] : CutBlock.Of(found, (Clips ?? []).Select(clip => clip.Id));
        said = found is null ? [] : [.. PlanWords.Of(PlanView.Of(found))];
        StateHasChanged();
    }

    private async Task StartAsync()
    {
        isStarting = true;
        if (await Snackbar.TryAsync(() => Studio.StartAsync(OwnerId, SongId, settings, null, CancellationToken.None)))
        {
            await Changed.InvokeAsync();
        }

        isStarting = false;
    }

    private async Task EditAsync()
    {
        isStarting = true;
        if (await Snackbar.TryAsync(() => Timelines.BeginAsync(OwnerId, SongId, settings, CancellationToken.None)))
        {
            Navigation.NavigateTo($"/songs/{SongId}/timeline");
        }

        isStarting = false;
    }

    private async Task<bool> CancelAsync(CompositionView video)
    {
        var isStopping = await Snackbar.TryAsync(() => Studio.CancelAsync(OwnerId, video.Id, CancellationToken.None));
        await Changed.InvokeAsync();
        return isStopping;
    }
}
