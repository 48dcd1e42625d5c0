using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>The row of shots.</summary>
public sealed partial class ShotLane : IAsyncDisposable
{
    private ElementReference root;
    private IJSObjectReference? module;
    private IJSObjectReference? lane;
    private DotNetObjectReference<ShotLane>? self;
    private OpenTimeline? shown;
    private bool isGone;

    /// <summary>The cut.</summary>
    [Parameter, EditorRequired]
    public OpenTimeline Open { get; set; } = default!;

    /// <summary>The chosen shot.</summary>
    [Parameter]
    public int Selected { get; set; }

    /// <summary>Called with the shot that somebody chose; the song goes to its beginning, unless it plays.</summary>
    [Parameter]
    public EventCallback<int> Chosen { get; set; }

    /// <summary>Called with the shot that the song has come to when it stops or is put elsewhere.</summary>
    [Parameter]
    public EventCallback<int> Reached { get; set; }

    /// <summary>Called with a key: <c>s</c>, <c>Shift+ArrowLeft</c>, <c>Control+z</c>.</summary>
    [Parameter]
    public EventCallback<string> Pressed { get; set; }

    /// <summary>Called with a shot whose beginning was dragged, and the second of the song that it was let go at.</summary>
    [Parameter]
    public EventCallback<CutMove> CutMoved { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <summary>Somebody chose a shot.</summary>
    [JSInvokable]
    public Task Choose(int shot) => Chosen.InvokeAsync(shot);

    /// <summary>The song has come to rest in a shot.</summary>
    [JSInvokable]
    public Task Reach(int shot) => Reached.InvokeAsync(shot);

    /// <summary>Somebody pressed a key.</summary>
    [JSInvokable]
    public Task Press(string key) => Pressed.InvokeAsync(key);

    /// <summary>Somebody dragged a cut.</summary>
    [JSInvokable]
    public Task MoveCut(int shot, double seconds) => CutMoved.InvokeAsync(new(shot, seconds));

    /// <summary>Brings a shot of a cut into sight, and the song to its beginning, unless it plays. The cut may be newer than the one that was drawn last.</summary>
    public async Task ShowAsync(OpenTimeline open, int shot)
    {
        if (lane is { } row)
        {
            // First the cut that it is a shot of: where the song comes to is looked up there.
            await UpdateAsync(row, open);
            if (!isGone)
            {
                await row.InvokeVoidAsync("show", shot, open.SongSeconds(open.Cut.Shots[shot].Frames.Start));
            }
        }
    }

    /// <summary>Plays from the beginning of a shot.</summary>
    public ValueTask PlayAsync(int shot) => lane is null ? ValueTask.CompletedTask : lane.InvokeVoidAsync("play", Open.SongSeconds(Open.Cut.Shots[shot].Frames.Start));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        self?.Dispose();
        await ReleaseAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Compositions/Timeline/ShotLane.razor.js"]);
            lane = isGone ? null : await module.InvokeAsync<IJSObjectReference>("create", root, self);
            if (isGone)
            {
                await ReleaseAsync();
            }
        }

        if (lane is { } row)
        {
            await UpdateAsync(row, Open);
        }
    }

    private async Task UpdateAsync(IJSObjectReference row, OpenTimeline open)
    {
        if (!ReferenceEquals(shown, open))
        {
            shown = open;
            await row.InvokeVoidAsync("update", new
            {
                Duration = open.Grid.DurationSeconds,
                Starts = open.Cut.Shots.Select(shot => open.SongSeconds(shot.Frames.Start)),
                Ends = open.SongSeconds(open.Cut.Frames),
                Marks = open.Marks.All.Select(mark => open.SongSeconds(mark.Frame)),
                Least = open.Cut.Rate.SecondsAt(TimelineEdits.LeastFrames(open.Cut)),
            });
        }
    }

    private async Task ReleaseAsync()
    {
        var (oldLane, oldModule) = (lane, module);
        (lane, module) = (null, null);
        try
        {
            if (oldLane is not null)
            {
                await oldLane.InvokeVoidAsync("dispose");
                await oldLane.DisposeAsync();
            }

            if (oldModule is not null)
            {
                await oldModule.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and the lane with it.
        }
    }

    private string ClassOf(Shot shot) => $"shot{(shot.Index == Selected ? " selected" : "")}{(Open.Clips.ContainsKey(shot.ClipId) ? "" : " gone")}";

    private string Percent(int frame) => Share(Open.SongSeconds(frame));

    private string Width(Shot shot) => Share(Open.Cut.Rate.SecondsAt(shot.Frames.Count));

    private string Share(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{100 * seconds / Open.Grid.DurationSeconds:0.####}%");
}

/// <summary>A cut that somebody wants elsewhere.</summary>
/// <param name="Shot">The shot that begins there.</param>
/// <param name="Seconds">Where, in seconds of the song.</param>
public sealed record CutMove(int Shot, double Seconds);
