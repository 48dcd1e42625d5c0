using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;

namespace Downbeat.Features.Stems.Models;

/// <summary>A model whose networks are in memory for one song.</summary>
internal sealed class LentModel : IDisposable
{
    private readonly List<(NetworkLease Lease, string? Stem)> parts = [];

    /// <summary>Borrows the networks that say something about the given stems.</summary>
    /// <exception cref="StudioProblem">503 <c>stems.model</c>: one of them cannot be used.</exception>
    public LentModel(DescribedModel model, IReadOnlyCollection<string> stems, ModelShelf shelf)
    {
        Manifest = model.Manifest;
        (Input, Output) = (new(Manifest.Input.Axes, Manifest), new(Manifest.Output.Axes, Manifest));
        foreach (var part in model.Parts.Where(part => part.Stem is null || stems.Contains(part.Stem)))
        {
            if (shelf.Lend(part.Network) is not { } lease)
            {
                var reason = shelf.StateOf(part.Network)?.Sentence ?? $"The manifest of {model.Name} is gone.";
                Dispose();
                throw new StudioProblem(503, "stems.model", reason);
            }

            parts.Add((lease, part.Stem));
        }
    }

    /// <summary>What it takes and gives.</summary>
    public StemManifest Manifest { get; }

    /// <summary>Where values lie in what it takes.</summary>
    public TensorLayout Input { get; }

    /// <summary>Where values of one stem lie in what it gives.</summary>
    public TensorLayout Output { get; }

    /// <summary>Asks the networks about one chunk.</summary>
    /// <param name="values">As <see cref="Input"/> says.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>What they say of each stem.</returns>
    /// <exception cref="NetworkFailure">One of them broke down.</exception>
    public async Task<IReadOnlyDictionary<string, StemValues>> AskAsync(float[] values, CancellationToken stop)
    {
        using var piece = SplitMeter.Begin("model");
        var answers = new Dictionary<string, StemValues>();
        foreach (var (lease, only) in parts)
        {
            var outputs = await lease.RunAsync([new(values, Input.Shape)], stop);
            foreach (var (n, stem) in Manifest.Stems.Index().Where(stem => only is null || stem.Item == only))
            {
                answers[stem] = new(outputs[outputs.Length == 1 ? 0 : n], n * Output.StrideOf(ModelAxis.Stem));
            }
        }

        return answers;
    }

    /// <summary>Notes that what a model gave cannot be used.</summary>
    /// <param name="stem">The stem in question.</param>
    /// <param name="reason">What is wrong with it, such as "it gave nothing".</param>
    /// <returns>To be thrown.</returns>
    public NetworkFailure Refuse(string stem, string reason) => parts.First(part => part.Stem is null || part.Stem == stem).Lease.Refuse(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (lease, _) in parts)
        {
            lease.Dispose();
        }
    }
}

/// <summary>What a model says of one stem.</summary>
/// <param name="Values">A tensor; it may hold other stems too.</param>
/// <param name="Offset">Where this one begins.</param>
internal readonly record struct StemValues(float[] Values, int Offset);
