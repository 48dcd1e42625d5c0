using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Stems.Separation;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Downbeat.Features.Stems.Mixer;

/// <summary>The stems of a song to listen to and to mix. How they are mixed is kept once the hand has come to rest.</summary>
public sealed partial class MixerDeck
{
    private static readonly (string Speed, string Words)[] Speeds =
        [("0.5", "½×"), ("0.6", "0.6×"), ("0.75", "¾×"), ("0.9", "0.9×"), ("1", "1×"), ("1.1", "1.1×"), ("1.25", "1¼×"), ("1.5", "1½×")];

    private static readonly (string[] Keys, string What)[] Keys =
    [
        (["Space"], "Play and pause"),
        (["←", "→"], "To another beat"),
        (["Shift ←", "Shift →"], "To another bar"),
        (["Home", "End"], "To the beginning and the end"),
        (["1", "…", "5"], "Choose a stem"),
        (["M", "S"], "Mute it; hear it alone"),
        (["↑", "↓"], "Louder and softer by 1 dB"),
        (["Ctrl ←", "Ctrl →"], "More to the left and to the right"),
        (["[", "]"], "Select from here; up to here"),
        (["X"], "Mute the stem in the selection, or hear it there again"),
        (["L"], "Loop the selection, or the song"),
        (["Esc"], "Select nothing"),
        (["O"], "The original instead of the mix, and back"),
        (["Ctrl Z", "Ctrl Shift Z"], "Undo and redo what was mixed"),
        (["+", "−"], "Zoom in and out"),
        (["?"], "Show these keys"),
    ];

    private ElementReference root;
    private IJSObjectReference? module;
    private IJSObjectReference? mixer;
    private DotNetObjectReference<MixerDeck>? self;
    private Resting<StemMix> resting = default!;
    private Task<bool> keeping = Task.FromResult(true);
    private Snackbar? forgotten;
    private string? failure;
    private bool isLoading = true;
    private int attempts;
    private bool isShowingKeys;
    private bool isGone;

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>Its name.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>Its finished stems; other stems need another mixer.</summary>
    [Parameter, EditorRequired]
    public StemSetView Set { get; set; } = default!;

    /// <summary>How they are mixed when the mixer comes up.</summary>
    [Parameter, EditorRequired]
    public StemMix Mix { get; set; } = StemMix.Flat;

    /// <summary>What was heard; null while nothing was.</summary>
    [Parameter]
    public SongAnalysis? Analysis { get; set; }

    /// <summary>Keeps a mix; false when that was refused, and somebody has been told why.</summary>
    [Parameter, EditorRequired]
    public Func<StemMix, Task<bool>> Keeper { get; set; } = default!;

    /// <summary>
    /// What belongs to the mixer on this page. Inside it <c>data-karaoke</c> makes a button that mutes the voice and <c>data-reset</c> one that leaves all stems as they came; a link with
    /// <c>data-export</c> is followed once the mix is kept.
    /// </summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private double Seconds => Set.CoveredSeconds ?? 0;

    /// <summary>Somebody mixes otherwise.</summary>
    [JSInvokable]
    public Task Take(StemMix mix) => resting.SetAsync(mix);

    /// <summary>Keeps at once what has not been kept.</summary>
    /// <returns>Whether everything is kept.</returns>
    [JSInvokable]
    public async Task<bool> Keep()
    {
        await resting.TellAsync();
        return await keeping;
    }

    /// <summary>All stems are as they came, at somebody's wish; the mix that they had can be brought back.</summary>
    [JSInvokable]
    public void Forgot(StemMix before)
    {
        Withdraw();
        forgotten = Snackbar.Add("The mix is back at its start.", Severity.Success, options =>
        {
            options.Action = "Undo";
            options.OnClick = _ => mixer?.InvokeVoidAsync("restore", before).AsTask() ?? Task.CompletedTask;
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        Withdraw();
        await ReleaseAsync();
        await resting.TellAsync();
        self?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => resting = new(Clock, mix => keeping = KeepAfterAsync(keeping, mix!));

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!isLoading)
        {
            return;
        }

        isLoading = false;
        try
        {
            await LoadAsync(self ??= DotNetObjectReference.Create(this));
        }
        catch (JSException e)
        {
            failure = e.Message.Split('\n')[0];
            await ReleaseAsync();
            StateHasChanged();
        }
    }

    // Somebody may leave while it loads: what comes then is given back at once. A browser does not ask again for a module that it could not get: the next attempt has another address.
    private async Task LoadAsync(DotNetObjectReference<MixerDeck> component)
    {
        module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Stems/Mixer/MixerDeck.razor.js"] + (attempts == 0 ? "" : $"?attempt={attempts}"));
        if (!isGone)
        {
            mixer = await module.InvokeAsync<IJSObjectReference>("create", root, component, Song(), Mix);
        }

        if (isGone)
        {
            await ReleaseAsync();
        }
    }

    private void TryAgain() => (failure, isLoading, attempts) = (null, true, attempts + 1);

    // What cannot be brought back any more is not offered.
    private void Withdraw()
    {
        if (forgotten is not null)
        {
            Snackbar.Remove(forgotten);
            forgotten = null;
        }
    }

    private object Song() => new
    {
        Url = $"/api/v1/songs/{SongId}/stems/{Set.Stems}",
        Names = Set.Files.Select(stem => stem.Name),
        Duration = Seconds,
        Frames = (long)Math.Round(Seconds * StereoBlock.SampleRate),
        Beats = Analysis?.Beats ?? [],
        Downbeats = Analysis?.Downbeats ?? [],
    };

    // One after the other: the last that somebody wanted is what stays.
    private async Task<bool> KeepAfterAsync(Task<bool> previous, StemMix mix)
    {
        await previous;
        return await Keeper(mix);
    }

    private async Task ReleaseAsync()
    {
        var (oldMixer, oldModule) = (mixer, module);
        (mixer, module) = (null, null);
        try
        {
            if (oldMixer is not null)
            {
                await oldMixer.InvokeVoidAsync("dispose");
                await oldMixer.DisposeAsync();
            }

            if (oldModule is not null)
            {
                await oldModule.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and the mixer with it.
        }
    }
}
