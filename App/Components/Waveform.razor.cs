using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Downbeat.Components;

/// <summary>A song to look at and to listen to.</summary>
public sealed partial class Waveform
{
    private ElementReference root;
    private IJSObjectReference? module;
    private IJSObjectReference? player;
    private object? shown;

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

    /// <summary>Named parts, in order.</summary>
    [Parameter]
    public IReadOnlyList<WaveBand> Bands { get; set; } = [];

    private string MaxText => Seconds(DurationSeconds);

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Components/Waveform.razor.js"]);
            player = await module.InvokeAsync<IJSObjectReference>("create", root, PeaksUrl, DurationSeconds);
        }

        if (player is not null && !ReferenceEquals(shown, Beats))
        {
            shown = Beats;
            await player.InvokeVoidAsync("update", Beats, Downbeats, Bands);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (player is not null)
            {
                await player.InvokeVoidAsync("dispose");
                await player.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and the player with it.
        }
    }

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);
}

/// <summary>A named part of a song, drawn as a coloured band.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Label">Shown name.</param>
/// <param name="Group">Parts that repeat each other share a group, and with it a colour.</param>
/// <param name="Energy">0 to 1.</param>
public sealed record WaveBand(double Start, double End, string Label, int Group, double Energy);
