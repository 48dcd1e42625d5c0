using System.Threading.Channels;
using Downbeat.Components;
using Microsoft.JSInterop;

namespace Downbeat.Tests.Components;

/// <summary>A browser with nothing but the module of the player. It loads when the test says so, and what is asked of it can be read.</summary>
internal sealed class PlayerModule : IJSRuntime
{
    private readonly TaskCompletionSource loaded = new();
    private readonly TaskCompletionSource made = new();
    private readonly Channel<string> asked = Channel.CreateUnbounded<string>();

    /// <summary>What the player answers to where it is.</summary>
    public WavePlace Place { get; set; } = new(0, null, null);

    /// <summary>A module that is there at once.</summary>
    public static PlayerModule Ready()
    {
        var module = new PlayerModule();
        module.Load();
        module.Make();
        return module;
    }

    /// <summary>What is asked next, soon.</summary>
    public Task<string> NextAsync() => asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The module has come.</summary>
    public void Load() => loaded.SetResult();

    /// <summary>The player is made.</summary>
    public void Make() => made.SetResult();

    /// <inheritdoc/>
    public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
    {
        await loaded.Task;
        return identifier == "import" ? (TValue)(object)new Reference(this, "module") : default!;
    }

    /// <inheritdoc/>
    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

    private sealed class Reference(PlayerModule browser, string name) : IJSObjectReference
    {
        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            browser.asked.Writer.TryWrite(identifier);
            if (identifier == "create")
            {
                await browser.made.Task;
                return (TValue)(object)new Reference(browser, "player");
            }

            return identifier == "where" ? (TValue)(object)browser.Place : default!;
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync()
        {
            browser.asked.Writer.TryWrite($"{name} given back");
            return ValueTask.CompletedTask;
        }
    }
}
