using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems.Models;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Downbeat.Features.Stems;

/// <summary>The voices of a song: have it split, hear them, mix them.</summary>
public sealed partial class StemsPage
{
    private const int UsualCount = 4;
    private const string RemovalWords =
        "The stems go for good, and with them how you mixed them; videos that are still to be made cannot take their sound from them. The song stays, and so do finished videos and what was downloaded. The song can be split again.";

    private static readonly ChoiceOption<int>[] Counts =
    [
        new(2, "2", "Vocals, and everything else as the accompaniment: enough for karaoke."),
        new(4, "4", "Vocals, drums, bass, and the other instruments."),
        new(5, "5", "Vocals, drums, bass, piano, and the other instruments."),
    ];

    private readonly CancellationTokenSource gone = new();
    private Guid ownerId;
    private JobFeed? feed;
    private Task reading = Task.CompletedTask;
    private IReadOnlyList<StemSetView>? sets;
    private SongAnalysis? analysis;
    private StemMix mix = StemMix.Flat;
    private int count;
    private string? engine;
    private ElementReference state;
    private bool isBusy;

    /// <summary>The song.</summary>
    [Parameter]
    public Guid SongId { get; set; }

    /// <summary>The song's row; it comes over from the prerendered page. The rest is read once the page is alive.</summary>
    [PersistentState]
    public Song? Song { get; set; }

    /// <summary>Into how many stems; left out, what was split last.</summary>
    [SupplyParameterFromQuery(Name = "stems")]
    private int? Wanted { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> State { get; set; } = default!;

    [Inject]
    private SongLibrary Songs { get; set; } = default!;

    [Inject]
    private SongAnalyst Analyst { get; set; } = default!;

    [Inject]
    private StemLibrary Library { get; set; } = default!;

    [Inject]
    private Separators Separators { get; set; } = default!;

    [Inject]
    private JobDesk Desk { get; set; } = default!;

    [Inject]
    private JobBoard Board { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsDead => !RendererInfo.IsInteractive;

    // Work at another number of stems than is looked at.
    private IEnumerable<StemSetView> Elsewhere => (sets ?? []).Where(set => set.Stems != count && set.Status is (JobStatus.Queued or JobStatus.Running));

    private StemSetView? Newest => sets?.FirstOrDefault(set => set.Stems == count);

    private StemSetView? Ready => sets?.FirstOrDefault(set => set.Stems == count && set.Report is not null);

    private string Engine => (Ready, engine) switch
    {
        ({ } ready, { } best) when ready.Engine != best => $"By the separator “{ready.Engine}”. “{best}” would do it now, and may do it better.",
        ({ } ready, _) => $"By the separator “{ready.Engine}”.",
        (null, { } best) => $"By the separator “{best}”.",
        _ => "",
    };

    // Stems that are there are made anew only by another engine.
    private bool CanSplit => engine is not null && Newest is not { Status: JobStatus.Queued or JobStatus.Running } && Ready?.Engine != engine;

    private string Action => (Newest, Ready) switch
    {
        ({ Status: JobStatus.Failed }, _) => "Try again",
        (_, null) => $"Split into {count} stems",
        _ => "Split again",
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        feed?.Dispose();

        // Not disposed: a write that outlives the page asks for the token once more, to look again.
        gone.Cancel();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        ownerId = (await State).User.UserId();
        if (!IsDead)
        {
            feed = new(Board, ownerId, jobs => InvokeAsync(() => ShowAsync(jobs)), DispatchExceptionAsync);
        }
    }

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => reading = ReadAsync();

    private async Task ReadAsync()
    {
        try
        {
            Song = await Songs.GetAsync(ownerId, SongId, gone.Token);
        }
        catch (StudioProblem problem) when (problem.Status == 404)
        {
            Navigation.NotFound();
            return;
        }

        if (!IsDead)
        {
            await Snackbar.TryAsync(LoadAsync);
        }
    }

    private async Task LoadAsync()
    {
        var read = await Library.ListAsync(ownerId, SongId, gone.Token);
        var chosen = Wanted is { } wanted && StemNames.Counts.Contains(wanted) ? wanted : count > 0 ? count : read.Count > 0 ? read[0].Stems : UsualCount;
        var best = await Task.Run(() => Separators.For(chosen).Select(each => each.Name).FirstOrDefault());
        var kept = read.Any(set => set.Stems == chosen) ? await MixAsync(chosen) : StemMix.Flat;
        var heard = await Analyst.FindAsync(ownerId, SongId, gone.Token);

        // All at once: a mixer takes its mix when it comes to be.
        (count, engine, mix, analysis, sets) = (chosen, best, kept, heard, read);
    }

    private async Task<StemMix> MixAsync(int stems)
    {
        try
        {
            return await Library.MixAsync(ownerId, SongId, stems, gone.Token);
        }
        catch (StudioProblem problem) when (problem.Code == "stems.not_found")
        {
            // Removed since it was read.
            return StemMix.Flat;
        }
    }

    private Task ChooseAsync(int chosen)
    {
        // In the address, so that it is there again when the page is loaded again.
        Navigation.NavigateTo($"/songs/{SongId}/stems?stems={chosen}", replace: true);
        return Task.CompletedTask;
    }

    private async Task SplitAsync()
    {
        isBusy = true;
        await Snackbar.TryAsync(() => Library.RequestAsync(ownerId, SongId, count, null, 5, null, CancellationToken.None));
        await LoadAsync();
        isBusy = false;
        await state.FocusAsync();
    }

    private async Task RemoveAsync()
    {
        var (stems, works) = (count, Newest is { Status: JobStatus.Queued or JobStatus.Running } ? " The new splitting that is under way is stopped." : "");
        if (await Dialogs.ConfirmAsync($"Remove the {stems} stems?", $"{RemovalWords}{works}", "Remove"))
        {
            isBusy = true;
            await Snackbar.TryAsync(() => Library.DeleteAsync(ownerId, SongId, stems, CancellationToken.None));
            await LoadAsync();
            isBusy = false;
        }
    }

    private async Task<bool> CancelAsync(StemSetView set)
    {
        var isStopping = await Snackbar.TryAsync(() => Desk.CancelAsync(ownerId, set.JobId, CancellationToken.None));
        await LoadAsync();

        // What was pressed goes with the work.
        await state.FocusAsync();
        return isStopping;
    }

    // The mixer of another number of stems may have something to keep when it goes.
    private async Task<bool> KeepAsync(int stems, StemMix wanted)
    {
        var isKept = await Snackbar.TryAsync(async () =>
        {
            var kept = await Library.SaveMixAsync(ownerId, SongId, stems, wanted, CancellationToken.None);
            mix = stems == count ? kept : mix;
        });
        if (!isKept && !gone.IsCancellationRequested)
        {
            // The stems may have been removed elsewhere: then there is nothing to mix here either.
            await InvokeAsync(async () =>
            {
                await ReadAsync();
                StateHasChanged();
            });
        }

        return isKept;
    }

    private async Task ShowAsync(IReadOnlyList<Job> jobs)
    {
        // Else a slow first reading would put back what the push has moved on.
        await reading;
        foreach (var job in jobs.Where(job => job.Kind == JobKind.Separation && job.RootId == SongId))
        {
            if (job.IsFinished || sets?.Any(set => set.JobId == job.Id) != true)
            {
                // The song may have been deleted, which ends its jobs too.
                await (reading = ReadAsync());
            }
            else
            {
                sets = [.. sets.Select(set => set.JobId == job.Id ? set.With(job) : set)];
            }
        }

        StateHasChanged();
    }
}
