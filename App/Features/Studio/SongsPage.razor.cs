using System.Globalization;
using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Demo;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Downbeat.Features.Studio;

/// <summary>Everything somebody brought.</summary>
public sealed partial class SongsPage
{
    private const int PageSize = 20;
    private readonly CancellationTokenSource gone = new();
    private readonly JobNews news = new();
    private Guid ownerId;
    private JobFeed? feed;
    private int reads;
    private bool isMakingDemo;

    /// <summary>What is shown; it comes over from the prerendered page, so that there is something to see at once.</summary>
    [PersistentState]
    public SongsView? View { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> State { get; set; } = default!;

    [Inject]
    private SongLibrary Library { get; set; } = default!;

    [Inject]
    private SongAnalyst Analyst { get; set; } = default!;

    [Inject]
    private JobDesk Desk { get; set; } = default!;

    [Inject]
    private JobBoard Board { get; set; } = default!;

    [Inject]
    private DemoStudio Demo { get; set; } = default!;

    [Inject]
    private IOptions<SongOptions> Options { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsDead => isMakingDemo || !RendererInfo.IsInteractive;

    private string UploadHint =>
        string.Create(CultureInfo.InvariantCulture, $"MP3, WAV, FLAC, OGG, Opus or M4A, up to {Options.Value.MaxMegabytes} MB and {Options.Value.MaxMinutes} minutes");

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
        if (RendererInfo.IsInteractive)
        {
            feed = new(Board, ownerId, jobs => InvokeAsync(() => ShowAsync(jobs)), DispatchExceptionAsync);
        }
    }

    // The living page reads again: what came over may be hours old, and a job may have ended since.
    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => LoadAsync();

    private int WantedPage => Math.Clamp(PageNumber ?? 1, 1, 100_000);

    private async Task LoadAsync()
    {
        var read = ++reads;
        var songs = await Library.ListAsync(ownerId, new Paging(WantedPage, PageSize), gone.Token);
        var summaries = await Analyst.SummariesAsync(ownerId, [.. songs.Items.Select(song => song.Id)], gone.Token);
        var jobs = (await Desk.ActiveAsync(ownerId, gone.Token)).Where(job => job.Kind == JobKind.Analysis).ToLookup(job => job.SubjectId);
        if (read == reads)
        {
            View = new(
                [.. songs.Items.Select(song => new SongsView.Row(song, summaries.GetValueOrDefault(song.Id), SongsView.Listening.Of(jobs[song.Id].LastOrDefault())))],
                songs.PageNumber,
                songs.Total);
        }
    }

    private async Task ShowAsync(IReadOnlyList<Job> jobs)
    {
        var analyses = jobs.Where(job => job.Kind == JobKind.Analysis).ToList();
        if (analyses.Count == 0)
        {
            return;
        }

        // A finished job changes the song itself, an unknown one is a song from another tab: look again. Progress is in the push.
        if (news.CallFor(analyses, job => View?.Rows.Any(row => row.Song.Id == job.SubjectId && row.Listening is not null) == true))
        {
            await LoadAsync();
        }
        else if (View is not null)
        {
            View = View with { Rows = [.. View.Rows.Select(row => analyses.FindLast(job => job.SubjectId == row.Song.Id) is { } job ? row with { Listening = SongsView.Listening.Of(job) } : row)] };
        }

        StateHasChanged();
    }

    private async Task TryDemoAsync()
    {
        isMakingDemo = true;
        isMakingDemo = await Snackbar.TryAsync(async () =>
        {
            var songId = await Demo.CreateAsync(ownerId, CancellationToken.None);
            if (!gone.IsCancellationRequested)
            {
                Navigation.NavigateTo($"/songs/{songId}");
            }
        });
    }

    private async Task DeleteAsync(Song song)
    {
        if (await Dialogs.ConfirmAsync($"Delete “{song.Title}”?", "The song goes for good, and with it its videos and the clips that nothing else uses.", "Delete")
            && await Snackbar.TryAsync(() => Library.DeleteAsync(ownerId, song.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}

/// <summary>What the page of songs shows.</summary>
/// <param name="Rows">Songs of the page.</param>
/// <param name="Page">Page, from 1.</param>
/// <param name="Total">Songs on all pages.</param>
public sealed record SongsView(IReadOnlyList<SongsView.Row> Rows, int Page, int Total)
{
    /// <summary>One song.</summary>
    /// <param name="Song">The song.</param>
    /// <param name="Summary">Tempo and key; null until it was listened to.</param>
    /// <param name="Listening">How far listening has come; null when nobody listens.</param>
    public sealed record Row(Song Song, SongSummary? Summary, Listening? Listening);

    /// <summary>How far listening has come.</summary>
    /// <param name="Stage">What is being done now.</param>
    /// <param name="Progress">0 to 1.</param>
    /// <param name="EtaSeconds">Seconds still to go.</param>
    /// <param name="IsWaiting">It has not begun.</param>
    public sealed record Listening(string Stage, double Progress, double? EtaSeconds, bool IsWaiting)
    {
        internal static Listening? Of(Job? job) => job is null or { IsFinished: true } ? null : new(job.Stage, job.Progress, job.EtaSeconds, job.Status == JobStatus.Queued);
    }
}
