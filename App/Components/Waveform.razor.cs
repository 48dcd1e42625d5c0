using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Downbeat.Components;

/// <summary>A song to look at and to listen to, and to put right: borders can be moved, and taps along with it are told.</summary>
public sealed partial class Waveform
{
    private const double GraceSeconds = 0.03;
    private ElementReference root;
    private IJSObjectReference? module;
    private IJSObjectReference? player;
    private DotNetObjectReference<Waveform>? self;
    private (object Beats, object Bands, object Spans, object Chords)? shown;
    private bool isGone;

    /// <summary>Name of the song.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>Where the sound is.</summary>
    [Parameter, EditorRequired]
    public string AudioUrl { get; set; } = "";

    /// <summary>Where the peaks are; <c>points</c>, <c>start</c> and <c>end</c> are added.</summary>
    [Parameter, EditorRequired]
    public string PeaksUrl { get; set; } = "";

    /// <summary>Length of the song.</summary>
    [Parameter, EditorRequired]
    public double DurationSeconds { get; set; }

    /// <summary>Beat times, rising, seconds.</summary>
    [Parameter]
    public IReadOnlyList<double> Beats { get; set; } = [];

    /// <summary>Times of the beats that begin a bar.</summary>
    [Parameter]
    public IReadOnlyList<double> Downbeats { get; set; } = [];

    /// <summary>Energy at each beat, 0 to 1; empty when not known.</summary>
    [Parameter]
    public IReadOnlyList<double> Energy { get; set; } = [];

    /// <summary>Named parts, in order.</summary>
    [Parameter]
    public IReadOnlyList<WaveBand> Bands { get; set; } = [];

    /// <summary>Lines of the lyrics, in order; empty when there are none.</summary>
    [Parameter]
    public IReadOnlyList<WaveSpan> Spans { get; set; } = [];

    /// <summary>Chords, in order; empty when not known.</summary>
    [Parameter]
    public IReadOnlyList<WaveSpan> Chords { get; set; } = [];

    /// <summary>Called with a part whose start somebody has moved; without it borders cannot be moved.</summary>
    [Parameter]
    public EventCallback<BorderMove> BorderMoved { get; set; }

    /// <summary>Called with the moments of the song, in seconds, at which somebody tapped; at least four, told once when the hand has come to rest. Around a loop they begin again with each round.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<double>> Tapped { get; set; }

    /// <summary>What stands below the waveform and is zoomed and scrolled with it: as wide as the whole song.</summary>
    [Parameter]
    public RenderFragment? Lane { get; set; }

    /// <summary>
    /// What belongs to the player on this page. Inside it <c>data-seek</c> on a button goes to that second, <c>data-tap</c> makes a button to tap on (the key T does the same),
    /// <c>data-taps</c> shows the taps so far, and a button with <c>aria-keyshortcuts</c> is pressed by these keys.
    /// </summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Where the song is, and what is looped.</summary>
    public ValueTask<WavePlace> PlaceAsync() => player is null ? new(new WavePlace(0, null, null)) : player.InvokeAsync<WavePlace>("where");

    /// <summary>Somebody moved the start of a part. When this ends, the module knows what came of it.</summary>
    [JSInvokable]
    public async Task MoveBorder(int index, double seconds)
    {
        await BorderMoved.InvokeAsync(new(index, seconds));
        await UpdateAsync();
    }

    /// <summary>Somebody tapped along.</summary>
    [JSInvokable]
    public Task Tap(double[] seconds) => Tapped.InvokeAsync(seconds);

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            await LoadAsync(self);
        }

        await UpdateAsync();
    }

    private async Task UpdateAsync()
    {
        if (player is not null && shown != (Beats, Bands, Spans, Chords))
        {
            shown = (Beats, Bands, Spans, Chords);
            await player.InvokeVoidAsync("update", new { Beats, Downbeats, Bands, Energy, Spans, Chords });
        }
    }

    // Somebody may leave while it loads: what comes then is given back at once.
    private async Task LoadAsync(DotNetObjectReference<Waveform> component)
    {
        module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Components/Waveform.razor.js"]);
        if (!isGone)
        {
            player = await module.InvokeAsync<IJSObjectReference>("create", root, component, PeaksUrl, DurationSeconds);
        }

        if (isGone)
        {
            await ReleaseAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        await ReleaseAsync();
        self?.Dispose();
    }

    private async Task ReleaseAsync()
    {
        var (oldPlayer, oldModule) = (player, module);
        (player, module) = (null, null);
        try
        {
            if (oldPlayer is not null)
            {
                await oldPlayer.InvokeVoidAsync("dispose");
                await oldPlayer.DisposeAsync();
            }

            if (oldModule is not null)
            {
                await oldModule.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and the player with it.
        }
    }

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    private string Percent(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{100 * seconds / DurationSeconds:0.####}%");

    private string PlaceOf(double seconds) => Downbeats.Count(bar => bar <= seconds + GraceSeconds) is > 0 and var bar
        ? string.Create(CultureInfo.InvariantCulture, $"bar {bar}, {Wording.Clock(seconds)}")
        : Wording.Clock(seconds);
}

/// <summary>A named part of a song, drawn as a coloured band.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Label">Shown name.</param>
/// <param name="Group">Parts that repeat each other share a group, and with it a colour.</param>
public sealed record WaveBand(double Start, double End, string Label, int Group);

/// <summary>Words that are sung for a while.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Text">The words.</param>
public sealed record WaveSpan(double Start, double End, string Text);

/// <summary>A border that somebody wants elsewhere.</summary>
/// <param name="Index">The part that begins there, from 1: the first has no border before it.</param>
/// <param name="Seconds">Its new start.</param>
public sealed record BorderMove(int Index, double Seconds);

/// <summary>Where a song is.</summary>
/// <param name="Seconds">What is heard now.</param>
/// <param name="LoopStart">Where the looped range begins, seconds; null when nothing is looped.</param>
/// <param name="LoopEnd">Where it ends.</param>
public sealed record WavePlace(double Seconds, double? LoopStart, double? LoopEnd);
